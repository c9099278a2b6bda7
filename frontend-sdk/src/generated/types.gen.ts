export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};

export type Alive = {
    /**
     * Always `ok`.
     */
    status: string;
};

/**
 * A message as it is stored.
 */
export type ChatMessage = {
    content: string;
    /**
     * By the clock of the device that wrote it; shown to people, orders nothing.
     */
    createdAt: Timestamp;
    id: string;
    metadata: FreeJson | null;
    /**
     * The server's order within a session. Fits JavaScript's numbers.
     */
    position: number;
    /**
     * The person's version that last changed this.
     */
    revision: number;
    role: ChatRole;
    sessionId: string;
    /**
     * The id that the device gave it before it was stored.
     */
    tempId: string | null;
};

/**
 * Who speaks.
 */
export type ChatRole = 'user' | 'assistant' | 'system' | 'tool';

/**
 * A conversation.
 */
export type ChatSession = {
    createdAt: Timestamp;
    id: string;
    metadata: FreeJson | null;
    /**
     * The project that it belongs to.
     */
    projectId: string | null;
    /**
     * The person's version that last changed this.
     */
    revision: number;
    title: string;
    /**
     * When the session or its messages last changed.
     */
    updatedAt: Timestamp;
};

export type Checks = {
    /**
     * `ok` or `unavailable`.
     */
    database: string;
    /**
     * `ok` or `unavailable`.
     */
    storage: string;
};

export type CreateSessionRequest = {
    /**
     * Chosen by the device where it works offline; else the server makes one.
     */
    id?: string | null;
    metadata?: FreeJson | null;
    projectId?: string | null;
    title: string;
};

export type DevSignInRequest = {
    email: string;
    /**
     * Default: the part of the address before the @.
     */
    name?: string | null;
    role?: Role | null;
};

/**
 * A stable name for what went wrong. Clients branch on this, never on text.
 */
export type ErrorCode = 'malformed_json' | 'bad_request' | 'unauthenticated' | 'forbidden' | 'origin_not_allowed' | 'not_found' | 'method_not_allowed' | 'id_conflict' | 'session_deleted' | 'payload_too_large' | 'unsupported_media_type' | 'validation_failed' | 'internal' | 'database_unavailable' | 'storage_unavailable' | 'busy' | 'timeout';

/**
 * One thing that is wrong with the input, with a JSON pointer (RFC 6901) to it.
 */
export type FieldError = {
    /**
     * What, as a stable word.
     */
    code: string;
    /**
     * What, for people.
     */
    detail: string;
    /**
     * Where: a JSON pointer into the body, or `/query/name` and `/path/name`.
     */
    pointer: string;
};

/**
 * Free JSON of the application: any members, kept exactly.
 */
export type FreeJson = {
    [key: string]: unknown;
};

export type Health = {
    checks: Checks;
    /**
     * `ok` or `unavailable`.
     */
    status: string;
};

/**
 * What the server takes.
 */
export type Limits = {
    /**
     * Messages in one batch.
     */
    maxBatchMessages: number;
    /**
     * Bytes in one JSON body, after decompression.
     */
    maxBodyBytes: number;
    /**
     * Characters in one message.
     */
    maxContentChars: number;
};

export type MessagePage = {
    /**
     * In order of `position`.
     */
    messages: Array<ChatMessage>;
    /**
     * The `position` to give as `before` (or `after`, where that was asked for) for the next page; null on the last.
     */
    nextCursor: string | null;
};

/**
 * A message to store.
 */
export type NewMessage = {
    content: string;
    /**
     * By the device's clock.
     */
    createdAt: Timestamp;
    /**
     * A UUID to store it under. Anything else is taken as `tempId`.
     */
    id?: string | null;
    metadata?: FreeJson | null;
    role: ChatRole;
    sessionId: string;
    /**
     * The device's own name for it. Sending the same again stores nothing twice.
     */
    tempId?: string | null;
};

/**
 * What every error looks like.
 */
export type Problem = {
    /**
     * Branch on this.
     */
    code: ErrorCode;
    /**
     * What happened this time and what to do.
     */
    detail: string;
    /**
     * Everything that is wrong with the input.
     */
    errors?: Array<FieldError>;
    /**
     * The path that was asked for.
     */
    instance: string;
    /**
     * Name this when you report the problem; the logs have it.
     */
    requestId: string;
    /**
     * The HTTP status.
     */
    status: number;
    /**
     * The kind of problem for people; the same every time.
     */
    title: string;
    /**
     * A URI that names the kind of problem.
     */
    type: string;
};

export type Role = 'user' | 'admin';

export type SendMessagesRequest = {
    messages: Array<NewMessage>;
};

export type SendMessagesResponse = {
    /**
     * Temporary id -> id.
     */
    idMap: {
        [key: string]: string;
    };
    /**
     * Every message of the request as it is stored, in the request's order.
     */
    messages: Array<ChatMessage>;
    syncedAt: Timestamp;
};

/**
 * A sign-in. Its token is never told again.
 */
export type Session = {
    createdAt: Timestamp;
    expiresAt: Timestamp;
    id: string;
    ipAddress: string | null;
    updatedAt: Timestamp;
    userAgent: string | null;
    userId: string;
};

export type SessionAndUser = {
    session: Session;
    user: User;
};

export type SessionPage = {
    /**
     * Where the next page begins; null on the last.
     */
    nextCursor: string | null;
    sessions: Array<ChatSession>;
};

export type SignedIn = {
    /**
     * The session's token, for `Authorization: Bearer`. Shown this once.
     */
    token: string;
    user: User;
};

export type SignedOut = {
    success: boolean;
};

/**
 * Everything that a device needs to show its first screen.
 */
export type SyncInitResponse = {
    /**
     * Metadata only.
     */
    assets: Array<FreeJson>;
    assistants: Array<FreeJson>;
    /**
     * Where this state stands; opaque.
     */
    cursor: string;
    /**
     * Which life of the database this is; changes only by a restore from a backup.
     */
    epoch: string;
    limits: Limits;
    /**
     * The newest of the current session, in order of `position`.
     */
    messages: Array<ChatMessage>;
    /**
     * The person's settings, by key.
     */
    preferences: {
        [key: string]: unknown;
    };
    /**
     * Without `data`.
     */
    projects: Array<FreeJson>;
    serverTime: Timestamp;
    /**
     * The last changed first, at most 200.
     */
    sessions: Array<ChatSession>;
    user: User;
};

export type Timestamp = string;

/**
 * Members that are left out stay as they are.
 */
export type UpdateSessionRequest = {
    metadata?: FreeJson | null;
    /**
     * Null takes the session out of its project.
     */
    projectId?: string | null;
    title?: string | null;
};

/**
 * A person.
 */
export type User = {
    createdAt: Timestamp;
    email: string;
    /**
     * Whether a provider vouched for the address.
     */
    emailVerified: boolean;
    id: string;
    image: string | null;
    name: string;
    /**
     * `user` or `admin`.
     */
    role: string;
    updatedAt: Timestamp;
};

export type DevSignInData = {
    body: DevSignInRequest;
    path?: never;
    query?: never;
    url: '/api/auth/dev/sign-in';
};

export type DevSignInErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * The page that asks is not an allowed origin.
     */
    403: Problem;
    /**
     * `payload_too_large`: the body has too many bytes.
     */
    413: Problem;
    /**
     * `unsupported_media_type`: the body is not application/json.
     */
    415: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DevSignInError = DevSignInErrors[keyof DevSignInErrors];

export type DevSignInResponses = {
    /**
     * Signed in; the cookie is set.
     */
    200: SignedIn;
};

export type DevSignInResponse = DevSignInResponses[keyof DevSignInResponses];

export type GetSessionData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/get-session';
};

export type GetSessionErrors = {
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetSessionError = GetSessionErrors[keyof GetSessionErrors];

export type GetSessionResponses = {
    /**
     * The session and its person, or null.
     */
    200: SessionAndUser | null;
};

export type GetSessionResponse = GetSessionResponses[keyof GetSessionResponses];

export type SignOutData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/sign-out';
};

export type SignOutErrors = {
    /**
     * The page that asks is not an allowed origin.
     */
    403: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SignOutError = SignOutErrors[keyof SignOutErrors];

export type SignOutResponses = {
    /**
     * Nobody is signed in with this session any more.
     */
    200: SignedOut;
};

export type SignOutResponse = SignOutResponses[keyof SignOutResponses];

export type SendMessagesData = {
    body: SendMessagesRequest;
    path?: never;
    query?: never;
    url: '/api/chat/messages/batch';
};

export type SendMessagesErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * `session_deleted`: the session was deleted. `id_conflict`: an id or tempId is in use for other content. The pointer names the message; nothing was stored.
     */
    409: Problem;
    /**
     * `payload_too_large`: the body has too many bytes.
     */
    413: Problem;
    /**
     * `unsupported_media_type`: the body is not application/json.
     */
    415: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SendMessagesError = SendMessagesErrors[keyof SendMessagesErrors];

export type SendMessagesResponses = {
    /**
     * All are stored.
     */
    200: SendMessagesResponse;
};

export type SendMessagesResponse2 = SendMessagesResponses[keyof SendMessagesResponses];

export type ListSessionsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only sessions of this project.
         */
        projectId?: string;
        /**
         * How many at most: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the page before.
         */
        cursor?: string;
    };
    url: '/api/chat/sessions';
};

export type ListSessionsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListSessionsError = ListSessionsErrors[keyof ListSessionsErrors];

export type ListSessionsResponses = {
    /**
     * A page of sessions.
     */
    200: SessionPage;
};

export type ListSessionsResponse = ListSessionsResponses[keyof ListSessionsResponses];

export type CreateSessionData = {
    body: CreateSessionRequest;
    path?: never;
    query?: never;
    url: '/api/chat/sessions';
};

export type CreateSessionErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * `session_deleted`: a session with this id was deleted.
     */
    409: Problem;
    /**
     * `payload_too_large`: the body has too many bytes.
     */
    413: Problem;
    /**
     * `unsupported_media_type`: the body is not application/json.
     */
    415: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type CreateSessionError = CreateSessionErrors[keyof CreateSessionErrors];

export type CreateSessionResponses = {
    /**
     * A session with this id was there already; this is it.
     */
    200: ChatSession;
    /**
     * Created.
     */
    201: ChatSession;
};

export type CreateSessionResponse = CreateSessionResponses[keyof CreateSessionResponses];

export type DeleteSessionData = {
    body?: never;
    path: {
        /**
         * The session.
         */
        sessionId: string;
    };
    query?: never;
    url: '/api/chat/sessions/{sessionId}';
};

export type DeleteSessionErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteSessionError = DeleteSessionErrors[keyof DeleteSessionErrors];

export type DeleteSessionResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteSessionResponse = DeleteSessionResponses[keyof DeleteSessionResponses];

export type GetChatSessionData = {
    body?: never;
    path: {
        /**
         * The session.
         */
        sessionId: string;
    };
    query?: never;
    url: '/api/chat/sessions/{sessionId}';
};

export type GetChatSessionErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetChatSessionError = GetChatSessionErrors[keyof GetChatSessionErrors];

export type GetChatSessionResponses = {
    /**
     * The session.
     */
    200: ChatSession;
};

export type GetChatSessionResponse = GetChatSessionResponses[keyof GetChatSessionResponses];

export type UpdateSessionData = {
    body: UpdateSessionRequest;
    path: {
        /**
         * The session.
         */
        sessionId: string;
    };
    query?: never;
    url: '/api/chat/sessions/{sessionId}';
};

export type UpdateSessionErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `payload_too_large`: the body has too many bytes.
     */
    413: Problem;
    /**
     * `unsupported_media_type`: the body is not application/json.
     */
    415: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type UpdateSessionError = UpdateSessionErrors[keyof UpdateSessionErrors];

export type UpdateSessionResponses = {
    /**
     * The session as it is now.
     */
    200: ChatSession;
};

export type UpdateSessionResponse = UpdateSessionResponses[keyof UpdateSessionResponses];

export type ListMessagesData = {
    body?: never;
    path: {
        /**
         * The session.
         */
        sessionId: string;
    };
    query?: {
        /**
         * Only messages before this `position`: the ones just before it.
         */
        before?: number;
        /**
         * Only messages after this `position`: the ones just after it.
         */
        after?: number;
        /**
         * How many at most: 1 to 200.
         */
        limit?: number;
    };
    url: '/api/chat/{sessionId}/messages';
};

export type ListMessagesErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListMessagesError = ListMessagesErrors[keyof ListMessagesErrors];

export type ListMessagesResponses = {
    /**
     * A page of messages.
     */
    200: MessagePage;
};

export type ListMessagesResponse = ListMessagesResponses[keyof ListMessagesResponses];

export type SyncEventsData = {
    body?: never;
    headers?: {
        /**
         * The `id` of the last event that was seen.
         */
        'Last-Event-ID'?: string | null;
    };
    path?: never;
    query?: never;
    url: '/api/sync/events';
};

export type SyncEventsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SyncEventsError = SyncEventsErrors[keyof SyncEventsErrors];

export type SyncEventsResponses = {
    /**
     * A stream that does not end by itself.
     */
    200: string;
};

export type SyncEventsResponse = SyncEventsResponses[keyof SyncEventsResponses];

export type SyncInitData = {
    body?: never;
    headers?: {
        /**
         * The ETag of an earlier answer.
         */
        'If-None-Match'?: string | null;
    };
    path?: never;
    query?: {
        /**
         * Whose messages to bring; default: the session that changed last.
         */
        currentSessionId?: string;
        /**
         * How many of its newest messages: 1 to 200.
         */
        messageLimit?: number;
    };
    url: '/api/sync/init';
};

export type SyncInitErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SyncInitError = SyncInitErrors[keyof SyncInitErrors];

export type SyncInitResponses = {
    /**
     * The state in one snapshot.
     */
    200: SyncInitResponse;
};

export type SyncInitResponse2 = SyncInitResponses[keyof SyncInitResponses];

export type LiveData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/health/live';
};

export type LiveErrors = {
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type LiveError = LiveErrors[keyof LiveErrors];

export type LiveResponses = {
    /**
     * The process answers.
     */
    200: Alive;
};

export type LiveResponse = LiveResponses[keyof LiveResponses];

export type ReadyData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/health/ready';
};

export type ReadyErrors = {
    /**
     * One of them does not, or not within 2 s.
     */
    503: Health;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ReadyError = ReadyErrors[keyof ReadyErrors];

export type ReadyResponses = {
    /**
     * Both answer.
     */
    200: Health;
};

export type ReadyResponse = ReadyResponses[keyof ReadyResponses];
