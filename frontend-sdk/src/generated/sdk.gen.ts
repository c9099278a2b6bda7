import { type Client, type ClientMeta, formDataBodySerializer, type Options as Options2, type RequestResult, type ServerSentEventsResult, type TDataShape } from './client';
import type { AbortMultipartData, AbortMultipartErrors, AbortMultipartResponses, BeginMultipartData, BeginMultipartErrors, BeginMultipartResponses, CompleteMultipartData, CompleteMultipartErrors, CompleteMultipartResponses, CreateProjectData, CreateProjectErrors, CreateProjectResponses, CreateSessionData, CreateSessionErrors, CreateSessionResponses, DeleteAssetData, DeleteAssetErrors, DeleteAssetResponses, DeleteMediaData, DeleteMediaErrors, DeleteMediaResponses, DeleteProjectData, DeleteProjectErrors, DeleteProjectResponses, DeleteProviderAccountsData, DeleteProviderAccountsErrors, DeleteProviderAccountsResponses, DeleteRowData, DeleteRowErrors, DeleteRowResponses, DeleteSessionData, DeleteSessionErrors, DeleteSessionResponses, DeleteUserData, DeleteUserErrors, DeleteUserResponses, DevSignInData, DevSignInErrors, DevSignInResponses, ExportAllData, ExportAllErrors, ExportAllResponses, ExportConversationData, ExportConversationErrors, ExportConversationResponses, ExportProjectData, ExportProjectErrors, ExportProjectResponses, GetAssetContentData, GetAssetContentErrors, GetAssetContentResponses, GetAssetData, GetAssetErrors, GetAssetResponses, GetChatSessionData, GetChatSessionErrors, GetChatSessionResponses, GetDownloadUrlData, GetDownloadUrlErrors, GetDownloadUrlResponses, GetImportData, GetImportErrors, GetImportResponses, GetJwksData, GetJwksErrors, GetJwksResponses, GetMediaContentData, GetMediaContentErrors, GetMediaContentResponses, GetMediaData, GetMediaErrors, GetMediaResponses, GetMultipartData, GetMultipartErrors, GetMultipartResponses, GetProjectData, GetProjectErrors, GetProjectResponses, GetRowData, GetRowErrors, GetRowResponses, GetSessionData, GetSessionErrors, GetSessionResponses, GetTokenData, GetTokenErrors, GetTokenResponses, ImportDocumentData, ImportDocumentErrors, ImportDocumentResponses, LinkSocialData, LinkSocialErrors, LinkSocialResponses, ListAccountsData, ListAccountsErrors, ListAccountsResponses, ListAssetsData, ListAssetsErrors, ListAssetsResponses, ListAuthSessionsData, ListAuthSessionsErrors, ListAuthSessionsResponses, ListCollectionsData, ListCollectionsErrors, ListCollectionsResponses, ListMediaData, ListMediaErrors, ListMediaResponses, ListMessagesData, ListMessagesErrors, ListMessagesResponses, ListProjectsData, ListProjectsErrors, ListProjectsResponses, ListProviderAccountsData, ListProviderAccountsErrors, ListProviderAccountsResponses, ListProvidersData, ListProvidersErrors, ListProvidersResponses, ListRowsData, ListRowsErrors, ListRowsResponses, ListSessionsData, ListSessionsErrors, ListSessionsResponses, LiveData, LiveErrors, LiveResponses, MetricsData, MetricsErrors, MetricsResponses, PresignAssetsData, PresignAssetsErrors, PresignAssetsResponses, PutProjectData, PutProjectErrors, PutProjectResponses, PutRowData, PutRowErrors, PutRowResponses, ReadyData, ReadyErrors, ReadyResponses, RegisterAssetData, RegisterAssetErrors, RegisterAssetResponses, RevokeOtherSessionsData, RevokeOtherSessionsErrors, RevokeOtherSessionsResponses, RevokeSessionData, RevokeSessionErrors, RevokeSessionResponses, RevokeSessionsData, RevokeSessionsErrors, RevokeSessionsResponses, SendMessagesData, SendMessagesErrors, SendMessagesResponses, SignInSocialData, SignInSocialErrors, SignInSocialResponses, SignOutData, SignOutErrors, SignOutResponses, SocialCallbackData, SocialCallbackErrors, SocialCallbackResponses, SyncChangesData, SyncChangesErrors, SyncChangesResponses, SyncData, SyncErrors, SyncEventsData, SyncEventsErrors, SyncEventsResponse, SyncEventsResponses, SyncInitData, SyncInitErrors, SyncInitResponses, SyncResponses, UnlinkAccountData, UnlinkAccountErrors, UnlinkAccountResponses, UpdateAssetData, UpdateAssetErrors, UpdateAssetResponses, UpdateSessionData, UpdateSessionErrors, UpdateSessionResponses, UpdateUserData, UpdateUserErrors, UpdateUserResponses, UploadMediaData, UploadMediaErrors, UploadMediaResponses } from './types.gen';

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
 * List files, the last changed first.
 */
export const listAssets = <ThrowOnError extends boolean = false>(options: Options<ListAssetsData, ThrowOnError>): RequestResult<ListAssetsResponses, ListAssetsErrors, ThrowOnError> => options.client.get<ListAssetsResponses, ListAssetsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets',
    ...options
});

/**
 * Register a file that was uploaded by a link.
 *
 * The server looks at the object before the file is complete: its size, its first bytes, and all of them where a checksum was given. What is registered can't
 * be changed by the same link any more. Registering again answers the file.
 */
export const registerAsset = <ThrowOnError extends boolean = false>(options: Options<RegisterAssetData, ThrowOnError>): RequestResult<RegisterAssetResponses, RegisterAssetErrors, ThrowOnError> => options.client.post<RegisterAssetResponses, RegisterAssetErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Get signed links.
 *
 * For an upload, type, length and checksum are part of the signature: the storage takes exactly that. Send the bytes there, then register the file
 * (`POST /api/assets`). Links hold for an hour at most. A file that there is no link for has an `error` in its place and holds no other up.
 */
export const presignAssets = <ThrowOnError extends boolean = false>(options: Options<PresignAssetsData, ThrowOnError>): RequestResult<PresignAssetsResponses, PresignAssetsErrors, ThrowOnError> => options.client.post<PresignAssetsResponses, PresignAssetsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/presign',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a file.
 *
 * Its bytes are removed soon after. A second time is no error.
 */
export const deleteAsset = <ThrowOnError extends boolean = false>(options: Options<DeleteAssetData, ThrowOnError>): RequestResult<DeleteAssetResponses, DeleteAssetErrors, ThrowOnError> => options.client.delete<DeleteAssetResponses, DeleteAssetErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}',
    ...options
});

/**
 * Read what is known of a file.
 */
export const getAsset = <ThrowOnError extends boolean = false>(options: Options<GetAssetData, ThrowOnError>): RequestResult<GetAssetResponses, GetAssetErrors, ThrowOnError> => options.client.get<GetAssetResponses, GetAssetErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}',
    ...options
});

/**
 * Change what is known of a file.
 *
 * The bytes stay; the last write wins.
 */
export const updateAsset = <ThrowOnError extends boolean = false>(options: Options<UpdateAssetData, ThrowOnError>): RequestResult<UpdateAssetResponses, UpdateAssetErrors, ThrowOnError> => options.client.patch<UpdateAssetResponses, UpdateAssetErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Go to a file's bytes.
 *
 * An address that does not end, for `img` and its like: it leads to a fresh link every time.
 */
export const getAssetContent = <ThrowOnError extends boolean = false>(options: Options<GetAssetContentData, ThrowOnError>): RequestResult<GetAssetContentResponses, GetAssetContentErrors, ThrowOnError> => options.client.get<GetAssetContentResponses, GetAssetContentErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/content',
    ...options
});

/**
 * Get a link to a file's bytes.
 *
 * Only of a file that is complete.
 */
export const getDownloadUrl = <ThrowOnError extends boolean = false>(options: Options<GetDownloadUrlData, ThrowOnError>): RequestResult<GetDownloadUrlResponses, GetDownloadUrlErrors, ThrowOnError> => options.client.get<GetDownloadUrlResponses, GetDownloadUrlErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/download-url',
    ...options
});

/**
 * Give an upload in parts up.
 *
 * The file stays announced and can be uploaded anew. A second time is no error.
 */
export const abortMultipart = <ThrowOnError extends boolean = false>(options: Options<AbortMultipartData, ThrowOnError>): RequestResult<AbortMultipartResponses, AbortMultipartErrors, ThrowOnError> => options.client.delete<AbortMultipartResponses, AbortMultipartErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/multipart',
    ...options
});

/**
 * See which parts of an upload have arrived.
 */
export const getMultipart = <ThrowOnError extends boolean = false>(options: Options<GetMultipartData, ThrowOnError>): RequestResult<GetMultipartResponses, GetMultipartErrors, ThrowOnError> => options.client.get<GetMultipartResponses, GetMultipartErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/multipart',
    ...options
});

/**
 * Begin an upload in parts, or go on with it.
 *
 * The file is described in the body unless it was announced before. The same call again, from whichever tab or day, answers the same upload and which parts
 * are missing.
 */
export const beginMultipart = <ThrowOnError extends boolean = false>(options: Options<BeginMultipartData, ThrowOnError>): RequestResult<BeginMultipartResponses, BeginMultipartErrors, ThrowOnError> => options.client.post<BeginMultipartResponses, BeginMultipartErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/multipart',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Make one file of the parts, and register it.
 *
 * The same look at the bytes as for `POST /api/assets`. Again answers the file.
 */
export const completeMultipart = <ThrowOnError extends boolean = false>(options: Options<CompleteMultipartData, ThrowOnError>): RequestResult<CompleteMultipartResponses, CompleteMultipartErrors, ThrowOnError> => options.client.post<CompleteMultipartResponses, CompleteMultipartErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/assets/{id}/multipart/complete',
    ...options
});

/**
 * The way back from a provider.
 *
 * Browsers come here by themselves. Whatever comes of it is a redirect: signed in to `callbackURL`, otherwise to `errorCallbackURL` with `error`, one
 * of `unknown_provider`, `state_mismatch`, `other_browser`, `issuer_mismatch`, `access_denied`, `provider_error`, `provider_unavailable`, `invalid_code`, `invalid_token`,
 * `email_not_verified`, `account_not_linked`, `account_already_linked_to_different_user`, `session_ended`.
 */
export const socialCallback = <ThrowOnError extends boolean = false>(options: Options<SocialCallbackData, ThrowOnError>): RequestResult<SocialCallbackResponses, SocialCallbackErrors, ThrowOnError> => options.client.get<SocialCallbackResponses, SocialCallbackErrors, ThrowOnError>({ url: '/api/auth/callback/{provider}', ...options });

/**
 * Delete me and everything of mine.
 *
 * At once: every row, every way to sign in, every session on every device. Files follow within minutes. Nothing can be brought back, so take an
 * export first. What stays is a line that somebody was deleted, without saying who.
 */
export const deleteUser = <ThrowOnError extends boolean = false>(options: Options<DeleteUserData, ThrowOnError>): RequestResult<DeleteUserResponses, DeleteUserErrors, ThrowOnError> => options.client.post<DeleteUserResponses, DeleteUserErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * Makes the person if there is none with this address. Sets the session cookie and answers the token for API consumers.
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
 * Who am I?
 *
 * `null` where nobody is signed in.
 */
export const getSession = <ThrowOnError extends boolean = false>(options: Options<GetSessionData, ThrowOnError>): RequestResult<GetSessionResponses, GetSessionErrors, ThrowOnError> => options.client.get<GetSessionResponses, GetSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/get-session',
    ...options
});

/**
 * The keys that JWTs of this server are signed with.
 *
 * A key that was replaced stays here until its last token has expired. Ask again when a token names a key that you don't know.
 */
export const getJwks = <ThrowOnError extends boolean = false>(options: Options<GetJwksData, ThrowOnError>): RequestResult<GetJwksResponses, GetJwksErrors, ThrowOnError> => options.client.get<GetJwksResponses, GetJwksErrors, ThrowOnError>({ url: '/api/auth/jwks', ...options });

/**
 * Begin to add a way to sign in.
 *
 * As `sign-in/social`, for the person who is signed in.
 */
export const linkSocial = <ThrowOnError extends boolean = false>(options: Options<LinkSocialData, ThrowOnError>): RequestResult<LinkSocialResponses, LinkSocialErrors, ThrowOnError> => options.client.post<LinkSocialResponses, LinkSocialErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * List my ways to sign in.
 */
export const listAccounts = <ThrowOnError extends boolean = false>(options: Options<ListAccountsData, ThrowOnError>): RequestResult<ListAccountsResponses, ListAccountsErrors, ThrowOnError> => options.client.get<ListAccountsResponses, ListAccountsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/list-accounts',
    ...options
});

/**
 * List my sessions.
 *
 * The newest first. `token` is a handle for `revoke-session`; no session can be used with it.
 */
export const listAuthSessions = <ThrowOnError extends boolean = false>(options: Options<ListAuthSessionsData, ThrowOnError>): RequestResult<ListAuthSessionsResponses, ListAuthSessionsErrors, ThrowOnError> => options.client.get<ListAuthSessionsResponses, ListAuthSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/list-sessions',
    ...options
});

/**
 * The ways to sign in here.
 */
export const listProviders = <ThrowOnError extends boolean = false>(options: Options<ListProvidersData, ThrowOnError>): RequestResult<ListProvidersResponses, ListProvidersErrors, ThrowOnError> => options.client.get<ListProvidersResponses, ListProvidersErrors, ThrowOnError>({ url: '/api/auth/providers', ...options });

/**
 * End all my sessions but this one.
 */
export const revokeOtherSessions = <ThrowOnError extends boolean = false>(options: Options<RevokeOtherSessionsData, ThrowOnError>): RequestResult<RevokeOtherSessionsResponses, RevokeOtherSessionsErrors, ThrowOnError> => options.client.post<RevokeOtherSessionsResponses, RevokeOtherSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * At once and everywhere. One that is not there, or another person's, is no error: afterwards it is not there.
 */
export const revokeSession = <ThrowOnError extends boolean = false>(options: Options<RevokeSessionData, ThrowOnError>): RequestResult<RevokeSessionResponses, RevokeSessionErrors, ThrowOnError> => options.client.post<RevokeSessionResponses, RevokeSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * End all my sessions, this one too.
 */
export const revokeSessions = <ThrowOnError extends boolean = false>(options: Options<RevokeSessionsData, ThrowOnError>): RequestResult<RevokeSessionsResponses, RevokeSessionsErrors, ThrowOnError> => options.client.post<RevokeSessionsResponses, RevokeSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * Begin a sign-in at a provider.
 *
 * Send the browser to `url`. The answer sets a cookie: the sign-in can be finished in this browser alone, once, within ten minutes.
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
 * Ends the session everywhere, at once, and takes the cookie back. Without a session it does nothing, and that is fine.
 */
export const signOut = <ThrowOnError extends boolean = false>(options: Options<SignOutData, ThrowOnError>): RequestResult<SignOutResponses, SignOutErrors, ThrowOnError> => options.client.post<SignOutResponses, SignOutErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/sign-out',
    ...options
});

/**
 * A JWT for API consumers.
 *
 * Good for ten minutes at most, and for no longer than the session: a sign-out ends it at once. Asked for with a JWT, the new one ends when that one does.
 */
export const getToken = <ThrowOnError extends boolean = false>(options: Options<GetTokenData, ThrowOnError>): RequestResult<GetTokenResponses, GetTokenErrors, ThrowOnError> => options.client.get<GetTokenResponses, GetTokenErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/token',
    ...options
});

/**
 * Take a way to sign in away.
 */
export const unlinkAccount = <ThrowOnError extends boolean = false>(options: Options<UnlinkAccountData, ThrowOnError>): RequestResult<UnlinkAccountResponses, UnlinkAccountErrors, ThrowOnError> => options.client.post<UnlinkAccountResponses, UnlinkAccountErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 */
export const updateUser = <ThrowOnError extends boolean = false>(options: Options<UpdateUserData, ThrowOnError>): RequestResult<UpdateUserResponses, UpdateUserErrors, ThrowOnError> => options.client.post<UpdateUserResponses, UpdateUserErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
 * Take my accounts at a provider away.
 */
export const deleteProviderAccounts = <ThrowOnError extends boolean = false>(options: Options<DeleteProviderAccountsData, ThrowOnError>): RequestResult<DeleteProviderAccountsResponses, DeleteProviderAccountsErrors, ThrowOnError> => options.client.delete<DeleteProviderAccountsResponses, DeleteProviderAccountsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
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
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/auth/{provider}/accounts',
    ...options
});

/**
 * Store a batch of messages.
 *
 * All or nothing, 1 to 500. Idempotent by `tempId` and `id`: however often and from wherever the same is sent, it is stored once, and the
 * answer is the same.
 */
export const sendMessages = <ThrowOnError extends boolean = false>(options: Options<SendMessagesData, ThrowOnError>): RequestResult<SendMessagesResponses, SendMessagesErrors, ThrowOnError> => options.client.post<SendMessagesResponses, SendMessagesErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/messages/batch',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List chat sessions, the last changed first.
 */
export const listSessions = <ThrowOnError extends boolean = false>(options: Options<ListSessionsData, ThrowOnError>): RequestResult<ListSessionsResponses, ListSessionsErrors, ThrowOnError> => options.client.get<ListSessionsResponses, ListSessionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/sessions',
    ...options
});

/**
 * Create a chat session.
 *
 * Idempotent by `id`: the same id again answers the session that is there.
 */
export const createSession = <ThrowOnError extends boolean = false>(options: Options<CreateSessionData, ThrowOnError>): RequestResult<CreateSessionResponses, CreateSessionErrors, ThrowOnError> => options.client.post<CreateSessionResponses, CreateSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
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
 * A second time is no error.
 */
export const deleteSession = <ThrowOnError extends boolean = false>(options: Options<DeleteSessionData, ThrowOnError>): RequestResult<DeleteSessionResponses, DeleteSessionErrors, ThrowOnError> => options.client.delete<DeleteSessionResponses, DeleteSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/sessions/{sessionId}',
    ...options
});

/**
 * Read a chat session.
 */
export const getChatSession = <ThrowOnError extends boolean = false>(options: Options<GetChatSessionData, ThrowOnError>): RequestResult<GetChatSessionResponses, GetChatSessionErrors, ThrowOnError> => options.client.get<GetChatSessionResponses, GetChatSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/sessions/{sessionId}',
    ...options
});

/**
 * Change a chat session.
 */
export const updateSession = <ThrowOnError extends boolean = false>(options: Options<UpdateSessionData, ThrowOnError>): RequestResult<UpdateSessionResponses, UpdateSessionErrors, ThrowOnError> => options.client.patch<UpdateSessionResponses, UpdateSessionErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/sessions/{sessionId}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Read messages of a session, the newest page first.
 */
export const listMessages = <ThrowOnError extends boolean = false>(options: Options<ListMessagesData, ThrowOnError>): RequestResult<ListMessagesResponses, ListMessagesErrors, ThrowOnError> => options.client.get<ListMessagesResponses, ListMessagesErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/chat/{sessionId}/messages',
    ...options
});

/**
 * List the collections and their rules.
 */
export const listCollections = <ThrowOnError extends boolean = false>(options: Options<ListCollectionsData, ThrowOnError>): RequestResult<ListCollectionsResponses, ListCollectionsErrors, ThrowOnError> => options.client.get<ListCollectionsResponses, ListCollectionsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/collections',
    ...options
});

/**
 * List the rows of a collection.
 *
 * In order of their ids: a row that is there all the while is listed once, whatever is written meanwhile.
 */
export const listRows = <ThrowOnError extends boolean = false>(options: Options<ListRowsData, ThrowOnError>): RequestResult<ListRowsResponses, ListRowsErrors, ThrowOnError> => options.client.get<ListRowsResponses, ListRowsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/collections/{collection}',
    ...options
});

/**
 * Delete a row, with what is part of it.
 *
 * Rows that only link to it stay, without the link. A second time is no error; a PUT on the tombstone's revision restores the row alone.
 */
export const deleteRow = <ThrowOnError extends boolean = false>(options: Options<DeleteRowData, ThrowOnError>): RequestResult<DeleteRowResponses, DeleteRowErrors, ThrowOnError> => options.client.delete<DeleteRowResponses, DeleteRowErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
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
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/collections/{collection}/{id}',
    ...options
});

/**
 * Create, change or restore a row.
 *
 * `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new row, the tombstone's to restore a deleted one.
 * A put of an equal value changes nothing. A row that another refers to must be there first.
 */
export const putRow = <ThrowOnError extends boolean = false>(options: Options<PutRowData, ThrowOnError>): RequestResult<PutRowResponses, PutRowErrors, ThrowOnError> => options.client.put<PutRowResponses, PutRowErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/collections/{collection}/{id}',
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
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/conversations/{id}/export',
    ...options
});

/**
 * Export everything.
 *
 * One JSON document of one moment, written as it is read: its size is not limited. What was deleted is not in it, nor what only the server needs (revisions,
 * positions). `POST /api/import` takes it back, `assets` aside: they tell of files, whose bytes are behind `storageUrl`.
 */
export const exportAll = <ThrowOnError extends boolean = false>(options: Options<ExportAllData, ThrowOnError>): RequestResult<ExportAllResponses, ExportAllErrors, ThrowOnError> => options.client.get<ExportAllResponses, ExportAllErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/export',
    ...options
});

/**
 * See how far an import is.
 *
 * Null where none of this person is under way.
 */
export const getImport = <ThrowOnError extends boolean = false>(options: Options<GetImportData, ThrowOnError>): RequestResult<GetImportResponses, GetImportErrors, ThrowOnError> => options.client.get<GetImportResponses, GetImportErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/import',
    ...options
});

/**
 * Import a document.
 *
 * Takes what `GET /api/export` gives, what LiteChat exports, and a single conversation or project; all or nothing. Rows are checked like any other
 * write. A row that is stored with another content, or was deleted, becomes what the document says; messages keep their ids and their order. A second time changes
 * nothing. The document may be packed (`Content-Encoding: gzip`) and is read as it arrives; meanwhile other writes go on, and while it is applied other
 * writes of this person wait, or get a 503.
 */
export const importDocument = <ThrowOnError extends boolean = false>(options: Options<ImportDocumentData, ThrowOnError>): RequestResult<ImportDocumentResponses, ImportDocumentErrors, ThrowOnError> => options.client.post<ImportDocumentResponses, ImportDocumentErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/import',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * List stored files, the last changed first.
 */
export const listMedia = <ThrowOnError extends boolean = false>(options: Options<ListMediaData, ThrowOnError>): RequestResult<ListMediaResponses, ListMediaErrors, ThrowOnError> => options.client.get<ListMediaResponses, ListMediaErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/media/assets',
    ...options
});

/**
 * Upload a file through the server.
 *
 * It goes on to the storage as it arrives and is refused where it becomes too much for its type, or shows to be of another type than declared. A broken
 * upload leaves nothing behind. With an `id`, a repeat answers the file that is stored.
 */
export const uploadMedia = <ThrowOnError extends boolean = false>(options: Options<UploadMediaData, ThrowOnError>): RequestResult<UploadMediaResponses, UploadMediaErrors, ThrowOnError> => options.client.post<UploadMediaResponses, UploadMediaErrors, ThrowOnError>({
    ...formDataBodySerializer,
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/media/assets',
    ...options,
    headers: {
        'Content-Type': null,
        ...options.headers
    }
});

/**
 * Delete a stored file.
 *
 * Its bytes are removed soon after. A second time is no error.
 */
export const deleteMedia = <ThrowOnError extends boolean = false>(options: Options<DeleteMediaData, ThrowOnError>): RequestResult<DeleteMediaResponses, DeleteMediaErrors, ThrowOnError> => options.client.delete<DeleteMediaResponses, DeleteMediaErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/media/assets/{id}',
    ...options
});

/**
 * Read what is known of a stored file, with a link to it.
 */
export const getMedia = <ThrowOnError extends boolean = false>(options: Options<GetMediaData, ThrowOnError>): RequestResult<GetMediaResponses, GetMediaErrors, ThrowOnError> => options.client.get<GetMediaResponses, GetMediaErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/media/assets/{id}',
    ...options
});

/**
 * Go to a stored file's bytes.
 *
 * An address that does not end, for `img` and its like: it leads to a fresh link every time.
 */
export const getMediaContent = <ThrowOnError extends boolean = false>(options: Options<GetMediaContentData, ThrowOnError>): RequestResult<GetMediaContentResponses, GetMediaContentErrors, ThrowOnError> => options.client.get<GetMediaContentResponses, GetMediaContentErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/media/assets/{id}/content',
    ...options
});

/**
 * List projects, the last changed first.
 *
 * All of them, without their documents.
 */
export const listProjects = <ThrowOnError extends boolean = false>(options: Options<ListProjectsData, ThrowOnError>): RequestResult<ListProjectsResponses, ListProjectsErrors, ThrowOnError> => options.client.get<ListProjectsResponses, ListProjectsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/projects',
    ...options
});

/**
 * Create a project.
 *
 * Idempotent by `id`: the same id again answers the project that is there, deleted or not. Made for claiming what a device had before the
 * first sign-in.
 */
export const createProject = <ThrowOnError extends boolean = false>(options: Options<CreateProjectData, ThrowOnError>): RequestResult<CreateProjectResponses, CreateProjectErrors, ThrowOnError> => options.client.post<CreateProjectResponses, CreateProjectErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/projects',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Delete a project and all below it.
 *
 * Its chat sessions stay and belong to no project then. A second time is no error; a PUT on the tombstone's revision restores the project.
 */
export const deleteProject = <ThrowOnError extends boolean = false>(options: Options<DeleteProjectData, ThrowOnError>): RequestResult<DeleteProjectResponses, DeleteProjectErrors, ThrowOnError> => options.client.delete<DeleteProjectResponses, DeleteProjectErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
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
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/projects/{id}',
    ...options
});

/**
 * Create, change or restore a project.
 *
 * `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new project, the tombstone's to restore a deleted
 * one. A put that changes nothing leaves the revision as it is.
 */
export const putProject = <ThrowOnError extends boolean = false>(options: Options<PutProjectData, ThrowOnError>): RequestResult<PutProjectResponses, PutProjectErrors, ThrowOnError> => options.client.put<PutProjectResponses, PutProjectErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/projects/{id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Export a project with its conversations and their interactions.
 */
export const exportProject = <ThrowOnError extends boolean = false>(options: Options<ExportProjectData, ThrowOnError>): RequestResult<ExportProjectResponses, ExportProjectErrors, ThrowOnError> => options.client.get<ExportProjectResponses, ExportProjectErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/projects/{id}/export',
    ...options
});

/**
 * Push mutations and pull what changed.
 *
 * Mutations are applied in their order, each exactly once: its outcome is stored with its effect, and a request that is sent again is answered from
 * there. One that is refused holds no other back. `value` has the shape of the REST request of its collection.
 */
export const sync = <ThrowOnError extends boolean = false>(options: Options<SyncData, ThrowOnError>): RequestResult<SyncResponses, SyncErrors, ThrowOnError> => options.client.post<SyncResponses, SyncErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/sync',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});

/**
 * Pull what changed since a cursor.
 *
 * Each page is of one moment; together they are not, so a child may come before its parent. A collection that the cursor doesn't know starts from the
 * beginning. While nothing changed this reads one row.
 */
export const syncChanges = <ThrowOnError extends boolean = false>(options: Options<SyncChangesData, ThrowOnError>): RequestResult<SyncChangesResponses, SyncChangesErrors, ThrowOnError> => options.client.get<SyncChangesResponses, SyncChangesErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/sync/changes',
    ...options
});

/**
 * Live events (server-sent events).
 *
 * One small event for each advance of the person's version, from whichever server: `event: version`, `data: {"version": 7}`, `id` to resume by
 * (`Last-Event-ID`: what was missed comes at once, as one event). What changed is to be pulled. A comment every 25 s keeps the line open; the stream ends
 * with the session.
 */
export const syncEvents = <ThrowOnError extends boolean = false>(options: Options<SyncEventsData, ThrowOnError, SyncEventsResponse>): Promise<ServerSentEventsResult<SyncEventsResponses>> => options.client.sse.get<SyncEventsResponses, SyncEventsErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/sync/events',
    ...options
});

/**
 * Login sync: all that a device shows first, in one answer.
 *
 * Metadata first, no files. Send the `ETag` back as `If-None-Match`: while nothing changed the answer is a 304 without a body.
 */
export const syncInit = <ThrowOnError extends boolean = false>(options: Options<SyncInitData, ThrowOnError>): RequestResult<SyncInitResponses, SyncInitErrors, ThrowOnError> => options.client.get<SyncInitResponses, SyncInitErrors, ThrowOnError>({
    security: [{
            in: 'cookie',
            name: 'landfall_session',
            type: 'apiKey'
        }, {
            key: 'bearer',
            scheme: 'bearer',
            type: 'http'
        }],
    url: '/api/sync/init',
    ...options
});

/**
 * Whether the process answers.
 *
 * Asks nobody else, so it is cheap: the SDK uses it to find out whether it is online.
 */
export const live = <ThrowOnError extends boolean = false>(options: Options<LiveData, ThrowOnError>): RequestResult<LiveResponses, LiveErrors, ThrowOnError> => options.client.get<LiveResponses, LiveErrors, ThrowOnError>({ url: '/health/live', ...options });

/**
 * Whether the database and the object storage answer, as of the last second.
 */
export const ready = <ThrowOnError extends boolean = false>(options: Options<ReadyData, ThrowOnError>): RequestResult<ReadyResponses, ReadyErrors, ThrowOnError> => options.client.get<ReadyResponses, ReadyErrors, ThrowOnError>({ url: '/health/ready', ...options });

/**
 * Counts and times of requests, the use of the database's connections, outages: for Prometheus.
 *
 * With `LANDFALL_METRICS_TOKEN` it takes that as a bearer token; without, it is open in development and absent in production. It asks nobody else, so it answers
 * while the database is away.
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
