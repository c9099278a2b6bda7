import { type Client, type ClientMeta, formDataBodySerializer, type Options as Options2, type RequestResult, type ServerSentEventsResult, type TDataShape } from './client';
import type { AbortMultipartData, AbortMultipartErrors, AbortMultipartResponses, BeginMultipartData, BeginMultipartErrors, BeginMultipartResponses, CompleteMultipartData, CompleteMultipartErrors, CompleteMultipartResponses, CreateAssistantData, CreateAssistantErrors, CreateAssistantResponses, CreateCompatAssistantData, CreateCompatAssistantErrors, CreateCompatAssistantResponses, CreateProjectData, CreateProjectErrors, CreateProjectResponses, CreateSessionData, CreateSessionErrors, CreateSessionResponses, DeleteAssetData, DeleteAssetErrors, DeleteAssetResponses, DeleteAssistantData, DeleteAssistantErrors, DeleteAssistantResponses, DeleteCompatAssistantData, DeleteCompatAssistantErrors, DeleteCompatAssistantResponses, DeleteMediaData, DeleteMediaErrors, DeleteMediaResponses, DeleteProjectData, DeleteProjectErrors, DeleteProjectResponses, DeleteProviderAccountsData, DeleteProviderAccountsErrors, DeleteProviderAccountsResponses, DeleteRowData, DeleteRowErrors, DeleteRowResponses, DeleteSessionData, DeleteSessionErrors, DeleteSessionResponses, DeleteUserData, DeleteUserErrors, DeleteUserResponses, DevSignInData, DevSignInErrors, DevSignInResponses, ExportAllData, ExportAllErrors, ExportAllResponses, ExportConversationData, ExportConversationErrors, ExportConversationResponses, ExportProjectData, ExportProjectErrors, ExportProjectResponses, GetAssetContentData, GetAssetContentErrors, GetAssetContentResponses, GetAssetData, GetAssetErrors, GetAssetResponses, GetAssistantData, GetAssistantErrors, GetAssistantResponses, GetChatSessionData, GetChatSessionErrors, GetChatSessionResponses, GetCompatAssistantData, GetCompatAssistantErrors, GetCompatAssistantResponses, GetDownloadUrlData, GetDownloadUrlErrors, GetDownloadUrlResponses, GetImportData, GetImportErrors, GetImportResponses, GetJwksData, GetJwksErrors, GetJwksResponses, GetMediaContentData, GetMediaContentErrors, GetMediaContentResponses, GetMediaData, GetMediaErrors, GetMediaResponses, GetMultipartData, GetMultipartErrors, GetMultipartResponses, GetProjectData, GetProjectErrors, GetProjectResponses, GetRowData, GetRowErrors, GetRowResponses, GetSessionData, GetSessionErrors, GetSessionResponses, GetStatsData, GetStatsErrors, GetStatsResponses, GetTokenData, GetTokenErrors, GetTokenResponses, ImportDocumentData, ImportDocumentErrors, ImportDocumentResponses, LinkSocialData, LinkSocialErrors, LinkSocialResponses, ListAccountsData, ListAccountsErrors, ListAccountsResponses, ListAssetsData, ListAssetsErrors, ListAssetsResponses, ListAssistantsData, ListAssistantsErrors, ListAssistantsResponses, ListAuditData, ListAuditErrors, ListAuditResponses, ListAuthSessionsData, ListAuthSessionsErrors, ListAuthSessionsResponses, ListCollectionsData, ListCollectionsErrors, ListCollectionsResponses, ListCompatAssistantsData, ListCompatAssistantsErrors, ListCompatAssistantsResponses, ListMediaData, ListMediaErrors, ListMediaResponses, ListMessagesData, ListMessagesErrors, ListMessagesResponses, ListProjectsData, ListProjectsErrors, ListProjectsResponses, ListProviderAccountsData, ListProviderAccountsErrors, ListProviderAccountsResponses, ListProvidersData, ListProvidersErrors, ListProvidersResponses, ListRowsData, ListRowsErrors, ListRowsResponses, ListSessionsData, ListSessionsErrors, ListSessionsResponses, LiveData, LiveErrors, LiveResponses, MetricsData, MetricsErrors, MetricsResponses, PresignAssetsData, PresignAssetsErrors, PresignAssetsResponses, PutProjectData, PutProjectErrors, PutProjectResponses, PutRowData, PutRowErrors, PutRowResponses, ReadyData, ReadyErrors, ReadyResponses, RegisterAssetData, RegisterAssetErrors, RegisterAssetResponses, ReviewAssistantData, ReviewAssistantErrors, ReviewAssistantResponses, RevokeOtherSessionsData, RevokeOtherSessionsErrors, RevokeOtherSessionsResponses, RevokeSessionData, RevokeSessionErrors, RevokeSessionResponses, RevokeSessionsData, RevokeSessionsErrors, RevokeSessionsResponses, SendMessagesData, SendMessagesErrors, SendMessagesResponses, SignInCodeData, SignInCodeErrors, SignInCodeResponses, SignInSocialData, SignInSocialErrors, SignInSocialResponses, SignOutData, SignOutErrors, SignOutResponses, SocialCallbackData, SocialCallbackErrors, SocialCallbackResponses, SyncChangesData, SyncChangesErrors, SyncChangesResponses, SyncData, SyncErrors, SyncEventsData, SyncEventsErrors, SyncEventsResponse, SyncEventsResponses, SyncInitData, SyncInitErrors, SyncInitResponses, SyncOutcomesData, SyncOutcomesErrors, SyncOutcomesResponses, SyncResponses, SyncRowData, SyncRowErrors, SyncRowResponses, UnlinkAccountData, UnlinkAccountErrors, UnlinkAccountResponses, UpdateAssetData, UpdateAssetErrors, UpdateAssetResponses, UpdateAssistantData, UpdateAssistantErrors, UpdateAssistantResponses, UpdateCompatAssistantData, UpdateCompatAssistantErrors, UpdateCompatAssistantResponses, UpdateSessionData, UpdateSessionErrors, UpdateSessionResponses, UpdateUserData, UpdateUserErrors, UpdateUserResponses, UploadMediaData, UploadMediaErrors, UploadMediaResponses } from './types.gen';

export type Options<TData extends TDataShape = TDataShape, ThrowOnError extends boolean = boolean, TResponse = unknown> = Options2<TData, ThrowOnError, TResponse> & {
    /**
     * You can provide a client instance returned by `createClient()` instead of
     * individual options. This might be also useful if you want to implement a
     * custom client.
     */
    client: Client;
    /**
     * You can pass arbitrary values through the `meta` object. This can be
     * used to access values that aren't defined as part of the SDK function.
     */
    meta?: keyof ClientMeta extends never ? Record<string, unknown> : ClientMeta;
};

/**
 * List the audit log, newest first.
 *
 * For administrators; others get a 404. New entries do not move the pages that follow.
 */
export const listAudit = <ThrowOnError extends boolean = false>(options: Options<ListAuditData, ThrowOnError>): RequestResult<ListAuditResponses, ListAuditErrors, ThrowOnError> => options.client.get<ListAuditResponses, ListAuditErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/admin/audit',
    ...options
});

/**
 * Count users, rows, bytes and writes.
 *
 * For administrators; others get a 404. The counts are up to a minute old.
 */
export const getStats = <ThrowOnError extends boolean = false>(options: Options<GetStatsData, ThrowOnError>): RequestResult<GetStatsResponses, GetStatsErrors, ThrowOnError> => options.client.get<GetStatsResponses, GetStatsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/admin/stats',
    ...options
});

/**
 * List assets, most recently changed first.
 */
export const listAssets = <ThrowOnError extends boolean = false>(options: Options<ListAssetsData, ThrowOnError>): RequestResult<ListAssetsResponses, ListAssetsErrors, ThrowOnError> => options.client.get<ListAssetsResponses, ListAssetsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets',
    ...options
});

/**
 * Register an asset after its bytes were uploaded.
 *
 * The server checks the size and the first bytes of the object, and all bytes where `sha256` was given. The upload link can't change a registered
 * asset. A repeat answers the asset.
 */
export const registerAsset = <ThrowOnError extends boolean = false>(options: Options<RegisterAssetData, ThrowOnError>): RequestResult<RegisterAssetResponses, RegisterAssetErrors, ThrowOnError> => options.client.post<RegisterAssetResponses, RegisterAssetErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get links for uploads or downloads.
 *
 * Media type, length and checksum are part of an upload's signature: the storage accepts exactly this file. Send the bytes to the link, then
 * register the asset (`POST /api/assets`). Links expire after an hour at most. A file that can't have a link has an `error` in its place and does
 * not affect the others.
 */
export const presignAssets = <ThrowOnError extends boolean = false>(options: Options<PresignAssetsData, ThrowOnError>): RequestResult<PresignAssetsResponses, PresignAssetsErrors, ThrowOnError> => options.client.post<PresignAssetsResponses, PresignAssetsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/presign',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete an asset.
 *
 * The bytes are removed within minutes. A repeated delete is no error.
 */
export const deleteAsset = <ThrowOnError extends boolean = false>(options: Options<DeleteAssetData, ThrowOnError>): RequestResult<DeleteAssetResponses, DeleteAssetErrors, ThrowOnError> => options.client.delete<DeleteAssetResponses, DeleteAssetErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}',
    ...options
});

/**
 * Read an asset.
 */
export const getAsset = <ThrowOnError extends boolean = false>(options: Options<GetAssetData, ThrowOnError>): RequestResult<GetAssetResponses, GetAssetErrors, ThrowOnError> => options.client.get<GetAssetResponses, GetAssetErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}',
    ...options
});

/**
 * Change an asset's name, project or dimensions.
 *
 * The bytes stay as they are. The last write wins.
 */
export const updateAsset = <ThrowOnError extends boolean = false>(options: Options<UpdateAssetData, ThrowOnError>): RequestResult<UpdateAssetResponses, UpdateAssetErrors, ThrowOnError> => options.client.patch<UpdateAssetResponses, UpdateAssetErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Redirect to an asset's bytes.
 *
 * This URL does not expire, for `img` elements and the like. Every request is redirected to a new link.
 */
export const getAssetContent = <ThrowOnError extends boolean = false>(options: Options<GetAssetContentData, ThrowOnError>): RequestResult<GetAssetContentResponses, GetAssetContentErrors, ThrowOnError> => options.client.get<GetAssetContentResponses, GetAssetContentErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/content',
    ...options
});

/**
 * Get a link to an asset's bytes.
 *
 * Answers 404 (`not_found`) until the upload is completed. The link expires at `expiresAt`, an hour at most from now.
 */
export const getDownloadUrl = <ThrowOnError extends boolean = false>(options: Options<GetDownloadUrlData, ThrowOnError>): RequestResult<GetDownloadUrlResponses, GetDownloadUrlErrors, ThrowOnError> => options.client.get<GetDownloadUrlResponses, GetDownloadUrlErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/download-url',
    ...options
});

/**
 * Abort a multipart upload.
 *
 * The asset stays pending and can be uploaded again. A repeat is no error.
 */
export const abortMultipart = <ThrowOnError extends boolean = false>(options: Options<AbortMultipartData, ThrowOnError>): RequestResult<AbortMultipartResponses, AbortMultipartErrors, ThrowOnError> => options.client.delete<AbortMultipartResponses, AbortMultipartErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/multipart',
    ...options
});

/**
 * Read the state of a multipart upload.
 */
export const getMultipart = <ThrowOnError extends boolean = false>(options: Options<GetMultipartData, ThrowOnError>): RequestResult<GetMultipartResponses, GetMultipartErrors, ThrowOnError> => options.client.get<GetMultipartResponses, GetMultipartErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/multipart',
    ...options
});

/**
 * Start or continue a multipart upload.
 *
 * The body describes the file, unless the upload was registered before. A repeat answers the same upload with links for the missing parts, from any
 * device and at any time.
 */
export const beginMultipart = <ThrowOnError extends boolean = false>(options: Options<BeginMultipartData, ThrowOnError>): RequestResult<BeginMultipartResponses, BeginMultipartErrors, ThrowOnError> => options.client.post<BeginMultipartResponses, BeginMultipartErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/multipart',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Join the parts and register the asset.
 *
 * The bytes are checked as by `POST /api/assets`. A repeat answers the asset.
 */
export const completeMultipart = <ThrowOnError extends boolean = false>(options: Options<CompleteMultipartData, ThrowOnError>): RequestResult<CompleteMultipartResponses, CompleteMultipartErrors, ThrowOnError> => options.client.post<CompleteMultipartResponses, CompleteMultipartErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assets/{id}/multipart/complete',
    ...options
});

/**
 * List assistants.
 *
 * Send the `ETag` back as `If-None-Match`: an unchanged page is a 304 without a body.
 */
export const listAssistants = <ThrowOnError extends boolean = false>(options: Options<ListAssistantsData, ThrowOnError>): RequestResult<ListAssistantsResponses, ListAssistantsErrors, ThrowOnError> => options.client.get<ListAssistantsResponses, ListAssistantsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants',
    ...options
});

/**
 * Create an assistant.
 *
 * Idempotent by `tempId` and by `mutationId`: a repeat answers the stored assistant. An owner's `status` is `draft` or `pending`.
 */
export const createAssistant = <ThrowOnError extends boolean = false>(options: Options<CreateAssistantData, ThrowOnError>): RequestResult<CreateAssistantResponses, CreateAssistantErrors, ThrowOnError> => options.client.post<CreateAssistantResponses, CreateAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete an assistant.
 *
 * A repeated delete is no error.
 */
export const deleteAssistant = <ThrowOnError extends boolean = false>(options: Options<DeleteAssistantData, ThrowOnError>): RequestResult<DeleteAssistantResponses, DeleteAssistantErrors, ThrowOnError> => options.client.delete<DeleteAssistantResponses, DeleteAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read an assistant: an own one, or one that is public and published.
 *
 * Administrators read all that are no drafts of others.
 */
export const getAssistant = <ThrowOnError extends boolean = false>(options: Options<GetAssistantData, ThrowOnError>): RequestResult<GetAssistantResponses, GetAssistantErrors, ThrowOnError> => options.client.get<GetAssistantResponses, GetAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants/{id}',
    ...options
});

/**
 * Change an assistant.
 *
 * `version` (or `If-Match`) is the version that the change was made from. The tombstone's version restores a deleted one. A published assistant whose
 * text changes waits for another review.
 */
export const updateAssistant = <ThrowOnError extends boolean = false>(options: Options<UpdateAssistantData, ThrowOnError>): RequestResult<UpdateAssistantResponses, UpdateAssistantErrors, ThrowOnError> => options.client.put<UpdateAssistantResponses, UpdateAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Set the status of an assistant: the review by an administrator.
 *
 * The owner's devices get the decision with their next pull.
 */
export const reviewAssistant = <ThrowOnError extends boolean = false>(options: Options<ReviewAssistantData, ThrowOnError>): RequestResult<ReviewAssistantResponses, ReviewAssistantErrors, ThrowOnError> => options.client.patch<ReviewAssistantResponses, ReviewAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/assistants/{id}/status',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Finish a sign-in at a provider.
 *
 * The provider redirects browsers to this URL. The answer is always a redirect: to `callbackURL` after a sign-in, otherwise to `errorCallbackURL`
 * with `error` in its query. `error` is one of `unknown_provider`, `state_mismatch`, `other_browser`, `issuer_mismatch`, `access_denied`,
 * `provider_error`, `provider_unavailable`, `invalid_code`, `invalid_token`, `invalid_subject`, `email_not_verified`, `account_not_linked`,
 * `account_already_linked_to_different_user`, `session_ended`.
 */
export const socialCallback = <ThrowOnError extends boolean = false>(options: Options<SocialCallbackData, ThrowOnError>): RequestResult<SocialCallbackResponses, SocialCallbackErrors, ThrowOnError> => options.client.get<SocialCallbackResponses, SocialCallbackErrors, ThrowOnError>({ url: '/api/auth/callback/{provider}', ...options });

/**
 * Delete my user and all my data.
 *
 * Rows, linked accounts and sessions are deleted at once. Files are deleted within minutes. The deletion can't be undone, so export the data first.
 * An audit line without a name stays.
 */
export const deleteUser = <ThrowOnError extends boolean = false>(options: Options<DeleteUserData, ThrowOnError>): RequestResult<DeleteUserResponses, DeleteUserErrors, ThrowOnError> => options.client.post<DeleteUserResponses, DeleteUserErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/delete-user',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Sign in by email alone (development only).
 *
 * Creates the user of this address if there is none. Sets the session cookie and returns the session token.
 */
export const devSignIn = <ThrowOnError extends boolean = false>(options: Options<DevSignInData, ThrowOnError>): RequestResult<DevSignInResponses, DevSignInErrors, ThrowOnError> => options.client.post<DevSignInResponses, DevSignInErrors, ThrowOnError>({
    url: '/api/auth/dev/sign-in',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read my session.
 *
 * `null` without a valid session.
 */
export const getSession = <ThrowOnError extends boolean = false>(options: Options<GetSessionData, ThrowOnError>): RequestResult<GetSessionResponses, GetSessionErrors, ThrowOnError> => options.client.get<GetSessionResponses, GetSessionErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/auth/get-session',
    ...options
});

/**
 * Read the public keys of this server's JWTs.
 *
 * A replaced key stays in the set until its last token has expired. Read the set again when a token names an unknown key id.
 */
export const getJwks = <ThrowOnError extends boolean = false>(options: Options<GetJwksData, ThrowOnError>): RequestResult<GetJwksResponses, GetJwksErrors, ThrowOnError> => options.client.get<GetJwksResponses, GetJwksErrors, ThrowOnError>({ url: '/api/auth/jwks', ...options });

/**
 * Start linking an account of a provider.
 *
 * As `sign-in/social`, for the signed-in user. It needs a browser that keeps the server's cookies: `codeChallenge` is refused.
 */
export const linkSocial = <ThrowOnError extends boolean = false>(options: Options<LinkSocialData, ThrowOnError>): RequestResult<LinkSocialResponses, LinkSocialErrors, ThrowOnError> => options.client.post<LinkSocialResponses, LinkSocialErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/link-social',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List my linked accounts.
 */
export const listAccounts = <ThrowOnError extends boolean = false>(options: Options<ListAccountsData, ThrowOnError>): RequestResult<ListAccountsResponses, ListAccountsErrors, ThrowOnError> => options.client.get<ListAccountsResponses, ListAccountsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/auth/list-accounts',
    ...options
});

/**
 * List my sessions.
 *
 * Living sessions only, newest first. `token` is a handle for `revoke-session` and authenticates no request.
 */
export const listAuthSessions = <ThrowOnError extends boolean = false>(options: Options<ListAuthSessionsData, ThrowOnError>): RequestResult<ListAuthSessionsResponses, ListAuthSessionsErrors, ThrowOnError> => options.client.get<ListAuthSessionsResponses, ListAuthSessionsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/auth/list-sessions',
    ...options
});

/**
 * List the ways to sign in.
 */
export const listProviders = <ThrowOnError extends boolean = false>(options: Options<ListProvidersData, ThrowOnError>): RequestResult<ListProvidersResponses, ListProvidersErrors, ThrowOnError> => options.client.get<ListProvidersResponses, ListProvidersErrors, ThrowOnError>({ url: '/api/auth/providers', ...options });

/**
 * End all my sessions except this one.
 */
export const revokeOtherSessions = <ThrowOnError extends boolean = false>(options: Options<RevokeOtherSessionsData, ThrowOnError>): RequestResult<RevokeOtherSessionsResponses, RevokeOtherSessionsErrors, ThrowOnError> => options.client.post<RevokeOtherSessionsResponses, RevokeOtherSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/revoke-other-sessions',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * End one of my sessions.
 *
 * The session ends at once in every process. An unknown session, or another user's, is no error.
 */
export const revokeSession = <ThrowOnError extends boolean = false>(options: Options<RevokeSessionData, ThrowOnError>): RequestResult<RevokeSessionResponses, RevokeSessionErrors, ThrowOnError> => options.client.post<RevokeSessionResponses, RevokeSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/revoke-session',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * End all my sessions.
 *
 * The session of this request ends too.
 */
export const revokeSessions = <ThrowOnError extends boolean = false>(options: Options<RevokeSessionsData, ThrowOnError>): RequestResult<RevokeSessionsResponses, RevokeSessionsErrors, ThrowOnError> => options.client.post<RevokeSessionsResponses, RevokeSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/revoke-sessions',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Finish a sign-in without cookies.
 *
 * For a sign-in that started with `codeChallenge`. Returns the session token for `Authorization: Bearer`, and sets no cookie. A code works once, for a minute.
 */
export const signInCode = <ThrowOnError extends boolean = false>(options: Options<SignInCodeData, ThrowOnError>): RequestResult<SignInCodeResponses, SignInCodeErrors, ThrowOnError> => options.client.post<SignInCodeResponses, SignInCodeErrors, ThrowOnError>({
    url: '/api/auth/sign-in/code',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Start a sign-in at a provider.
 *
 * Send the browser to `url`. The answer sets a cookie that binds the sign-in to this browser. The sign-in works once and expires after ten minutes. With
 * `codeChallenge` no cookie is set: the sign-in is bound to the secret behind the challenge.
 */
export const signInSocial = <ThrowOnError extends boolean = false>(options: Options<SignInSocialData, ThrowOnError>): RequestResult<SignInSocialResponses, SignInSocialErrors, ThrowOnError> => options.client.post<SignInSocialResponses, SignInSocialErrors, ThrowOnError>({
    url: '/api/auth/sign-in/social',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Sign out.
 *
 * Ends the session at once in every process and removes the cookie. A request without a session is no error.
 */
export const signOut = <ThrowOnError extends boolean = false>(options: Options<SignOutData, ThrowOnError>): RequestResult<SignOutResponses, SignOutErrors, ThrowOnError> => options.client.post<SignOutResponses, SignOutErrors, ThrowOnError>({
    security: [{
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }, {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }],
    url: '/api/auth/sign-out',
    ...options
});

/**
 * Issue a JWT for API consumers.
 *
 * It is valid for ten minutes and ends with the session. It reads and writes data. What changes the user or the sessions, and a further JWT, need the session
 * itself.
 */
export const getToken = <ThrowOnError extends boolean = false>(options: Options<GetTokenData, ThrowOnError>): RequestResult<GetTokenResponses, GetTokenErrors, ThrowOnError> => options.client.get<GetTokenResponses, GetTokenErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/token',
    ...options
});

/**
 * Unlink an account.
 *
 * The last account can't be unlinked.
 */
export const unlinkAccount = <ThrowOnError extends boolean = false>(options: Options<UnlinkAccountData, ThrowOnError>): RequestResult<UnlinkAccountResponses, UnlinkAccountErrors, ThrowOnError> => options.client.post<UnlinkAccountResponses, UnlinkAccountErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/unlink-account',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Change my name or picture.
 *
 * The change is visible in every session at once.
 */
export const updateUser = <ThrowOnError extends boolean = false>(options: Options<UpdateUserData, ThrowOnError>): RequestResult<UpdateUserResponses, UpdateUserErrors, ThrowOnError> => options.client.post<UpdateUserResponses, UpdateUserErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/update-user',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Unlink my accounts at a provider.
 *
 * The last account can't be unlinked.
 */
export const deleteProviderAccounts = <ThrowOnError extends boolean = false>(options: Options<DeleteProviderAccountsData, ThrowOnError>): RequestResult<DeleteProviderAccountsResponses, DeleteProviderAccountsErrors, ThrowOnError> => options.client.delete<DeleteProviderAccountsResponses, DeleteProviderAccountsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/{provider}/accounts',
    ...options
});

/**
 * List my accounts at a provider.
 */
export const listProviderAccounts = <ThrowOnError extends boolean = false>(options: Options<ListProviderAccountsData, ThrowOnError>): RequestResult<ListProviderAccountsResponses, ListProviderAccountsErrors, ThrowOnError> => options.client.get<ListProviderAccountsResponses, ListProviderAccountsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/auth/{provider}/accounts',
    ...options
});

/**
 * Store a batch of messages.
 *
 * 1 to 500 messages, all or none. Idempotent by `tempId` and `id`: a repeat stores nothing and gets the same answer.
 */
export const sendMessages = <ThrowOnError extends boolean = false>(options: Options<SendMessagesData, ThrowOnError>): RequestResult<SendMessagesResponses, SendMessagesErrors, ThrowOnError> => options.client.post<SendMessagesResponses, SendMessagesErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/messages/batch',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List chat sessions, most recently changed first.
 */
export const listSessions = <ThrowOnError extends boolean = false>(options: Options<ListSessionsData, ThrowOnError>): RequestResult<ListSessionsResponses, ListSessionsErrors, ThrowOnError> => options.client.get<ListSessionsResponses, ListSessionsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/sessions',
    ...options
});

/**
 * Create a chat session.
 *
 * Idempotent by `id`: a repeat answers the stored session.
 */
export const createSession = <ThrowOnError extends boolean = false>(options: Options<CreateSessionData, ThrowOnError>): RequestResult<CreateSessionResponses, CreateSessionErrors, ThrowOnError> => options.client.post<CreateSessionResponses, CreateSessionErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/sessions',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a chat session and its messages.
 *
 * A repeated delete is no error.
 */
export const deleteSession = <ThrowOnError extends boolean = false>(options: Options<DeleteSessionData, ThrowOnError>): RequestResult<DeleteSessionResponses, DeleteSessionErrors, ThrowOnError> => options.client.delete<DeleteSessionResponses, DeleteSessionErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/sessions/{sessionId}',
    ...options
});

/**
 * Read a chat session.
 */
export const getChatSession = <ThrowOnError extends boolean = false>(options: Options<GetChatSessionData, ThrowOnError>): RequestResult<GetChatSessionResponses, GetChatSessionErrors, ThrowOnError> => options.client.get<GetChatSessionResponses, GetChatSessionErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/sessions/{sessionId}',
    ...options
});

/**
 * Change a chat session.
 */
export const updateSession = <ThrowOnError extends boolean = false>(options: Options<UpdateSessionData, ThrowOnError>): RequestResult<UpdateSessionResponses, UpdateSessionErrors, ThrowOnError> => options.client.patch<UpdateSessionResponses, UpdateSessionErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/sessions/{sessionId}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List messages of a session, newest page first.
 */
export const listMessages = <ThrowOnError extends boolean = false>(options: Options<ListMessagesData, ThrowOnError>): RequestResult<ListMessagesResponses, ListMessagesErrors, ThrowOnError> => options.client.get<ListMessagesResponses, ListMessagesErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/chat/{sessionId}/messages',
    ...options
});

/**
 * List the collections and their rules.
 */
export const listCollections = <ThrowOnError extends boolean = false>(options: Options<ListCollectionsData, ThrowOnError>): RequestResult<ListCollectionsResponses, ListCollectionsErrors, ThrowOnError> => options.client.get<ListCollectionsResponses, ListCollectionsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/collections',
    ...options
});

/**
 * List the rows of a collection.
 *
 * In the order of their ids. A row that exists during the whole listing is listed exactly once, whatever is written at the same time.
 */
export const listRows = <ThrowOnError extends boolean = false>(options: Options<ListRowsData, ThrowOnError>): RequestResult<ListRowsResponses, ListRowsErrors, ThrowOnError> => options.client.get<ListRowsResponses, ListRowsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/collections/{collection}',
    ...options
});

/**
 * Delete a row and its parts.
 *
 * Rows with an optional reference to it stay, without the reference. A repeated delete is no error. A PUT on the tombstone's revision restores this
 * row only.
 */
export const deleteRow = <ThrowOnError extends boolean = false>(options: Options<DeleteRowData, ThrowOnError>): RequestResult<DeleteRowResponses, DeleteRowErrors, ThrowOnError> => options.client.delete<DeleteRowResponses, DeleteRowErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/collections/{collection}/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read a row of a collection.
 */
export const getRow = <ThrowOnError extends boolean = false>(options: Options<GetRowData, ThrowOnError>): RequestResult<GetRowResponses, GetRowErrors, ThrowOnError> => options.client.get<GetRowResponses, GetRowErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/collections/{collection}/{id}',
    ...options
});

/**
 * Create, change or restore a row.
 *
 * `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new row, the tombstone's to restore a deleted one. A put of
 * an equal value changes nothing. A row that a required reference names must be stored before.
 */
export const putRow = <ThrowOnError extends boolean = false>(options: Options<PutRowData, ThrowOnError>): RequestResult<PutRowResponses, PutRowErrors, ThrowOnError> => options.client.put<PutRowResponses, PutRowErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/collections/{collection}/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List assistants, in an envelope.
 *
 * As `GET /api/assistants`.
 */
export const listCompatAssistants = <ThrowOnError extends boolean = false>(options: Options<ListCompatAssistantsData, ThrowOnError>): RequestResult<ListCompatAssistantsResponses, ListCompatAssistantsErrors, ThrowOnError> => options.client.get<ListCompatAssistantsResponses, ListCompatAssistantsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/compat/assistants',
    ...options
});

/**
 * Create an assistant, in an envelope.
 *
 * As `POST /api/assistants`. Members that the server sets are ignored.
 */
export const createCompatAssistant = <ThrowOnError extends boolean = false>(options: Options<CreateCompatAssistantData, ThrowOnError>): RequestResult<CreateCompatAssistantResponses, CreateCompatAssistantErrors, ThrowOnError> => options.client.post<CreateCompatAssistantResponses, CreateCompatAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/compat/assistants',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete an assistant, in an envelope.
 *
 * At any version. A repeated delete is no error.
 */
export const deleteCompatAssistant = <ThrowOnError extends boolean = false>(options: Options<DeleteCompatAssistantData, ThrowOnError>): RequestResult<DeleteCompatAssistantResponses, DeleteCompatAssistantErrors, ThrowOnError> => options.client.delete<DeleteCompatAssistantResponses, DeleteCompatAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/compat/assistants/{id}',
    ...options
});

/**
 * Read an assistant, in an envelope.
 *
 * As `GET /api/assistants/{id}`.
 */
export const getCompatAssistant = <ThrowOnError extends boolean = false>(options: Options<GetCompatAssistantData, ThrowOnError>): RequestResult<GetCompatAssistantResponses, GetCompatAssistantErrors, ThrowOnError> => options.client.get<GetCompatAssistantResponses, GetCompatAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/compat/assistants/{id}',
    ...options
});

/**
 * Change an assistant, in an envelope.
 *
 * As `PUT /api/assistants/{id}`. Members that the server sets are ignored. A conflict has no copy of the row.
 */
export const updateCompatAssistant = <ThrowOnError extends boolean = false>(options: Options<UpdateCompatAssistantData, ThrowOnError>): RequestResult<UpdateCompatAssistantResponses, UpdateCompatAssistantErrors, ThrowOnError> => options.client.put<UpdateCompatAssistantResponses, UpdateCompatAssistantErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/compat/assistants/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Export a conversation with its interactions.
 */
export const exportConversation = <ThrowOnError extends boolean = false>(options: Options<ExportConversationData, ThrowOnError>): RequestResult<ExportConversationResponses, ExportConversationErrors, ThrowOnError> => options.client.get<ExportConversationResponses, ExportConversationErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/conversations/{id}/export',
    ...options
});

/**
 * Export all data of the user.
 *
 * The document is JSON of one moment. It is streamed, so its size is not limited. It has no deleted rows, revisions or positions. `POST /api/import`
 * imports it, except for `assets`: these are metadata of files, and `storageUrl` has the bytes.
 */
export const exportAll = <ThrowOnError extends boolean = false>(options: Options<ExportAllData, ThrowOnError>): RequestResult<ExportAllResponses, ExportAllErrors, ThrowOnError> => options.client.get<ExportAllResponses, ExportAllErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/export',
    ...options
});

/**
 * Get the progress of an import.
 *
 * Null if the user has no running import.
 */
export const getImport = <ThrowOnError extends boolean = false>(options: Options<GetImportData, ThrowOnError>): RequestResult<GetImportResponses, GetImportErrors, ThrowOnError> => options.client.get<GetImportResponses, GetImportErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/import',
    ...options
});

/**
 * Import a document.
 *
 * It imports documents of `GET /api/export` and of LiteChat, with its agents and MCP servers, a single conversation or project, a project with the
 * projects and conversations in it (`children`), and a list of such documents. Conversations as ChatGPT and LibreChat export them, alone or in a
 * list, become rows of `conversations` and `interactions`. Rows are checked like any other write. What is certain
 * is mended: a byte order mark, NUL and unpaired surrogates, times as milliseconds, ids that are missing or numbers, a row that the document or the
 * account has already, a name in use (it gets a number), a project without its parent (it is at the top), contents of files that make a row too large
 * (they are left out, and are among the errors of the report too). The setting `landfall:sealing` is created only: a stored one stays.
 * Other rows that can't be imported are skipped: the report has their place and their number. With `strict=1` nothing is mended, and one
 * such row refuses the document. A dry run has the report of the import.
 *
 * A row that is stored with another content, or was deleted, gets the document's content. Messages keep their ids and their order. A
 * repeated import changes nothing. The document may be compressed (`Content-Encoding: gzip`). It is read while it arrives, and other writes
 * continue. While it is applied, other writes of the user wait, or get a 503. A user has one import at a time. An import whose client disconnects
 * before it is written stores nothing.
 */
export const importDocument = <ThrowOnError extends boolean = false>(options: Options<ImportDocumentData, ThrowOnError>): RequestResult<ImportDocumentResponses, ImportDocumentErrors, ThrowOnError> => options.client.post<ImportDocumentResponses, ImportDocumentErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/import',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List completed assets, most recently changed first.
 */
export const listMedia = <ThrowOnError extends boolean = false>(options: Options<ListMediaData, ThrowOnError>): RequestResult<ListMediaResponses, ListMediaErrors, ThrowOnError> => options.client.get<ListMediaResponses, ListMediaErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/media/assets',
    ...options
});

/**
 * Upload a file through the server.
 *
 * Bytes are passed on to the storage as they arrive. An upload is refused as soon as it exceeds the limit of its type or its bytes are of another
 * type. A broken upload leaves no asset. With an `id`, a repeat answers the stored asset.
 */
export const uploadMedia = <ThrowOnError extends boolean = false>(options: Options<UploadMediaData, ThrowOnError>): RequestResult<UploadMediaResponses, UploadMediaErrors, ThrowOnError> => options.client.post<UploadMediaResponses, UploadMediaErrors, ThrowOnError>({
    ...formDataBodySerializer,
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/media/assets',
    ...options,
    headers: {
        'Content-Type': null,
        ...options.headers
    }
});

/**
 * Delete an asset.
 *
 * The bytes are removed within minutes. A repeated delete is no error.
 */
export const deleteMedia = <ThrowOnError extends boolean = false>(options: Options<DeleteMediaData, ThrowOnError>): RequestResult<DeleteMediaResponses, DeleteMediaErrors, ThrowOnError> => options.client.delete<DeleteMediaResponses, DeleteMediaErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/media/assets/{id}',
    ...options
});

/**
 * Read a completed asset, with a link to its bytes.
 */
export const getMedia = <ThrowOnError extends boolean = false>(options: Options<GetMediaData, ThrowOnError>): RequestResult<GetMediaResponses, GetMediaErrors, ThrowOnError> => options.client.get<GetMediaResponses, GetMediaErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/media/assets/{id}',
    ...options
});

/**
 * Redirect to an asset's bytes.
 *
 * This URL does not expire, for `img` elements and the like. Every request is redirected to a new link.
 */
export const getMediaContent = <ThrowOnError extends boolean = false>(options: Options<GetMediaContentData, ThrowOnError>): RequestResult<GetMediaContentResponses, GetMediaContentErrors, ThrowOnError> => options.client.get<GetMediaContentResponses, GetMediaContentErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/media/assets/{id}/content',
    ...options
});

/**
 * List projects, most recently changed first.
 *
 * Without their documents. The answer has at most 2,000 projects. If there are more, the header `Link` has the address of the next page, as
 * `</api/projects?cursor=...>; rel="next"`.
 */
export const listProjects = <ThrowOnError extends boolean = false>(options: Options<ListProjectsData, ThrowOnError>): RequestResult<ListProjectsResponses, ListProjectsErrors, ThrowOnError> => options.client.get<ListProjectsResponses, ListProjectsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects',
    ...options
});

/**
 * Create a project.
 *
 * Idempotent by `id`: a repeat answers the stored project, even a deleted one. The SDK claims guest data with it.
 */
export const createProject = <ThrowOnError extends boolean = false>(options: Options<CreateProjectData, ThrowOnError>): RequestResult<CreateProjectResponses, CreateProjectErrors, ThrowOnError> => options.client.post<CreateProjectResponses, CreateProjectErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a project and all projects below it.
 *
 * Their chat sessions stay, without a project. A repeated delete is no error. A PUT on the tombstone's revision restores the project.
 */
export const deleteProject = <ThrowOnError extends boolean = false>(options: Options<DeleteProjectData, ThrowOnError>): RequestResult<DeleteProjectResponses, DeleteProjectErrors, ThrowOnError> => options.client.delete<DeleteProjectResponses, DeleteProjectErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read a project with its document.
 */
export const getProject = <ThrowOnError extends boolean = false>(options: Options<GetProjectData, ThrowOnError>): RequestResult<GetProjectResponses, GetProjectErrors, ThrowOnError> => options.client.get<GetProjectResponses, GetProjectErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects/{id}',
    ...options
});

/**
 * Create, change or restore a project.
 *
 * `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new project, the tombstone's to restore a deleted one. A
 * put without a change keeps the revision.
 */
export const putProject = <ThrowOnError extends boolean = false>(options: Options<PutProjectData, ThrowOnError>): RequestResult<PutProjectResponses, PutProjectErrors, ThrowOnError> => options.client.put<PutProjectResponses, PutProjectErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Export a project with its conversations, their interactions, and the projects below it.
 */
export const exportProject = <ThrowOnError extends boolean = false>(options: Options<ExportProjectData, ThrowOnError>): RequestResult<ExportProjectResponses, ExportProjectErrors, ThrowOnError> => options.client.get<ExportProjectResponses, ExportProjectErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/projects/{id}/export',
    ...options
});

/**
 * Push mutations and pull changed rows.
 *
 * Mutations are applied in their order, each exactly once: its outcome is stored with its effect, and a repeated request is answered from the stored
 * outcomes. A refused mutation does not stop the others. `value` has the shape of the REST request of its collection. Pointers of a result's errors
 * are relative to the mutation: `/key`, `/baseRevision`, `/value/parentId`.
 */
export const sync = <ThrowOnError extends boolean = false>(options: Options<SyncData, ThrowOnError>): RequestResult<SyncResponses, SyncErrors, ThrowOnError> => options.client.post<SyncResponses, SyncErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Pull the rows that changed since a cursor.
 *
 * Each page is a snapshot. Different pages are of different moments, so a child may come before its parent. A collection that is not in the cursor
 * starts from the beginning. Without changes, the server reads one row.
 */
export const syncChanges = <ThrowOnError extends boolean = false>(options: Options<SyncChangesData, ThrowOnError>): RequestResult<SyncChangesResponses, SyncChangesErrors, ThrowOnError> => options.client.get<SyncChangesResponses, SyncChangesErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync/changes',
    ...options
});

/**
 * Live events (server-sent events).
 *
 * Each new version of the user's data is an event, whichever server wrote it: `event: version`, `data: {"version": 7}`, and an `id`. After
 * `Last-Event-ID`, missed versions arrive at once as one event. Clients pull the changed rows. A comment every 25 s keeps the connection open, and
 * one of 2 KiB at the beginning brings the first event through proxies that hold back less. The stream ends with the session, and with the JWT of the
 * caller.
 */
export const syncEvents = <ThrowOnError extends boolean = false>(options: Options<SyncEventsData, ThrowOnError, SyncEventsResponse>): Promise<ServerSentEventsResult<SyncEventsResponses>> => options.client.sse.get<SyncEventsResponses, SyncEventsErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync/events',
    ...options
});

/**
 * Get the initial snapshot of a new device.
 *
 * It has metadata and no file bytes. Send the `ETag` back as `If-None-Match`: without changes, the answer is a 304 without a body.
 */
export const syncInit = <ThrowOnError extends boolean = false>(options: Options<SyncInitData, ThrowOnError>): RequestResult<SyncInitResponses, SyncInitErrors, ThrowOnError> => options.client.get<SyncInitResponses, SyncInitErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync/init',
    ...options
});

/**
 * Ask for the outcomes of mutations by number.
 *
 * A client whose push was not answered learns what was stored, without sending the mutations again. Numbers above `answered` have no outcome yet.
 */
export const syncOutcomes = <ThrowOnError extends boolean = false>(options: Options<SyncOutcomesData, ThrowOnError>): RequestResult<SyncOutcomesResponses, SyncOutcomesErrors, ThrowOnError> => options.client.post<SyncOutcomesResponses, SyncOutcomesErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync/outcomes',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read one row as it is stored now.
 *
 * A tombstone has `deletedAt` and no value. Answers 404 (`not_found`) for a row that was never stored.
 */
export const syncRow = <ThrowOnError extends boolean = false>(options: Options<SyncRowData, ThrowOnError>): RequestResult<SyncRowResponses, SyncRowErrors, ThrowOnError> => options.client.get<SyncRowResponses, SyncRowErrors, ThrowOnError>({
    security: [
        {
            key: 'session',
            scheme: 'bearer',
            type: 'http'
        },
        {
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        },
        {
            key: 'jwt',
            scheme: 'bearer',
            type: 'http'
        }
    ],
    url: '/api/sync/row',
    ...options
});

/**
 * Whether the process answers.
 *
 * It uses neither database nor storage. The SDK uses it to find out whether it is online.
 */
export const live = <ThrowOnError extends boolean = false>(options: Options<LiveData, ThrowOnError>): RequestResult<LiveResponses, LiveErrors, ThrowOnError> => options.client.get<LiveResponses, LiveErrors, ThrowOnError>({ url: '/health/live', ...options });

/**
 * Whether the database takes writes, the object storage answers, and the server was not told to stop, as of the last second.
 */
export const ready = <ThrowOnError extends boolean = false>(options: Options<ReadyData, ThrowOnError>): RequestResult<ReadyResponses, ReadyErrors, ThrowOnError> => options.client.get<ReadyResponses, ReadyErrors, ThrowOnError>({ url: '/health/ready', ...options });

/**
 * Counts and times of requests, use of the database's connections, and outages, for Prometheus.
 *
 * With `LANDFALL_METRICS_TOKEN` it needs that as a bearer token. Without, it is open in development and absent in production. It uses neither database nor
 * storage, so it answers during an outage.
 */
export const metrics = <ThrowOnError extends boolean = false>(options: Options<MetricsData, ThrowOnError>): RequestResult<MetricsResponses, MetricsErrors, ThrowOnError> => options.client.get<MetricsResponses, MetricsErrors, ThrowOnError>({
    security: [{
            key: 'metrics',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/metrics',
    ...options
});
