import type { Client, ClientMeta, Options as Options2, RequestResult, ServerSentEventsResult, TDataShape } from './client';
import type { CreateSessionData, CreateSessionErrors, CreateSessionResponses, DeleteSessionData, DeleteSessionErrors, DeleteSessionResponses, DevSignInData, DevSignInErrors, DevSignInResponses, GetChatSessionData, GetChatSessionErrors, GetChatSessionResponses, GetSessionData, GetSessionErrors, GetSessionResponses, ListMessagesData, ListMessagesErrors, ListMessagesResponses, ListSessionsData, ListSessionsErrors, ListSessionsResponses, LiveData, LiveErrors, LiveResponses, ReadyData, ReadyErrors, ReadyResponses, SendMessagesData, SendMessagesErrors, SendMessagesResponses, SignOutData, SignOutErrors, SignOutResponses, SyncEventsData, SyncEventsErrors, SyncEventsResponse, SyncEventsResponses, SyncInitData, SyncInitErrors, SyncInitResponses, UpdateSessionData, UpdateSessionErrors, UpdateSessionResponses } from './types.gen';

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
        }, { scheme: 'bearer', type: 'http' }],
    url: '/api/auth/get-session',
    ...options
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
        }, { scheme: 'bearer', type: 'http' }],
    url: '/api/auth/sign-out',
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
    url: '/api/chat/{sessionId}/messages',
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
        }, { scheme: 'bearer', type: 'http' }],
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
        }, { scheme: 'bearer', type: 'http' }],
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
 * Whether the database and the object storage answer.
 */
export const ready = <ThrowOnError extends boolean = false>(options: Options<ReadyData, ThrowOnError>): RequestResult<ReadyResponses, ReadyErrors, ThrowOnError> => options.client.get<ReadyResponses, ReadyErrors, ThrowOnError>({ url: '/health/ready', ...options });
