export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};

/**
 * A way to sign in. Tokens of the provider are not kept.
 */
export type Account = {
    /**
     * Who the person is at the provider.
     */
    accountId: string;
    createdAt: Timestamp;
    id: string;
    providerId: string;
    scopes: Array<string>;
    updatedAt: Timestamp;
    userId: string;
};

export type Alive = {
    /**
     * Always `ok`.
     */
    status: string;
};

/**
 * A provider's key, sealed. In clear it is on the device alone.
 */
export type ApiKey = {
    createdAt?: Timestamp | null;
    id: string;
    name: string;
    /**
     * Which kind of provider takes it.
     */
    providerId?: string | null;
    /**
     * The key itself.
     */
    sealed: Sealed;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * What is known of a file.
 */
export type Asset = {
    createdAt: Timestamp;
    /**
     * Of a failed upload: why.
     */
    error: string | null;
    fileName: string;
    fileType: FileType;
    height: number | null;
    id: string;
    mimeType: string;
    /**
     * The project that it belongs to.
     */
    projectId: string | null;
    /**
     * The person's version that last changed this.
     */
    revision: number;
    /**
     * Lower-case hex, where a device gave it; checked against the bytes.
     */
    sha256: string | null;
    /**
     * Bytes.
     */
    size: number;
    /**
     * An address on this server that leads to the bytes and does not end; null until they are complete.
     */
    storageUrl: string | null;
    updatedAt: Timestamp;
    uploadStatus: UploadStatus;
    /**
     * Pixels.
     */
    width: number | null;
};

export type AssetPage = {
    items: Array<Asset>;
    /**
     * Where the next page begins; null on the last.
     */
    nextCursor: string | null;
};

/**
 * A file as a device describes it.
 */
export type AssetRequest = {
    fileName: string;
    fileType?: FileType | null;
    height?: number | null;
    /**
     * Chosen by the device.
     */
    id: string;
    /**
     * One of the types that are taken; the bytes must be of it.
     */
    mimeType: string;
    projectId?: string | null;
    /**
     * Of the bytes, in hex; they are checked against it.
     */
    sha256?: string | null;
    /**
     * Bytes.
     */
    size: number;
    /**
     * Pixels.
     */
    width?: number | null;
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

/**
 * A collection, as it is declared.
 */
export type CollectionInfo = {
    direction: Direction;
    /**
     * The browser's indexes, in Dexie's syntax.
     */
    indexes: Array<string>;
    limits: CollectionLimits;
    name: string;
    policy: Policy;
    primaryKey: string;
    references: Array<CollectionReference>;
    /**
     * The browser's table.
     */
    table: string;
    /**
     * Members that together no two living rows share; empty where nothing is unique.
     */
    unique: Array<string>;
};

export type CollectionLimits = {
    /**
     * Characters of an id.
     */
    maxIdChars: number;
    /**
     * Bytes of one value.
     */
    maxValueBytes: number;
};

export type CollectionList = {
    items: Array<CollectionInfo>;
    /**
     * Always null: they come all at once.
     */
    nextCursor: string | null;
};

/**
 * A member that holds the id of another row.
 */
export type CollectionReference = {
    /**
     * A collection, or `projects`.
     */
    collection: string;
    member: string;
    /**
     * What becomes of this row when the other is deleted.
     */
    onDelete: OnDelete;
    /**
     * The other row must live; otherwise a write is refused with `unknown_reference`.
     */
    required: boolean;
};

/**
 * A conversation.
 */
export type Conversation = {
    createdAt?: Timestamp | null;
    id: string;
    lastSyncedAt?: Timestamp | null;
    metadata?: FreeJson | null;
    /**
     * The project that it belongs to; null when that is deleted.
     */
    projectId?: string | null;
    /**
     * The repository that it is kept in; null when that is deleted.
     */
    syncRepoId?: string | null;
    title: string;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * A conversation and what was said in it.
 */
export type ConversationExport = {
    conversation: Conversation;
    /**
     * In their order.
     */
    interactions: Array<Interaction>;
};

export type CreateProjectRequest = {
    clientUpdatedAt?: Timestamp | null;
    data?: FreeJson | null;
    /**
     * Chosen by the device where it works offline; else the server makes one.
     */
    id?: string | null;
    /**
     * Names this write: a repeat has no second effect and the same answer.
     */
    mutationId?: string | null;
    /**
     * "Untitled" where it is left out.
     */
    name?: string | null;
    /**
     * The project to stand in.
     */
    parentId?: string | null;
    thumbnailAssetId?: string | null;
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

export type DeleteProjectRequest = {
    /**
     * Delete only this revision. `If-Match` may stand for it.
     */
    baseRevision?: number | null;
    /**
     * Names this write: a repeat has no second effect and the same answer.
     */
    mutationId?: string | null;
};

export type DeleteRowRequest = {
    /**
     * Delete only this revision. `If-Match` may stand for it.
     */
    baseRevision?: number | null;
    /**
     * Names this write: a repeat has no second effect and the same answer.
     */
    mutationId?: string | null;
};

/**
 * Better Auth's client may send more; a password, for example, nobody has here.
 */
export type DeleteUserRequest = {
    [key: string]: unknown;
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
 * Which way rows travel by themselves.
 */
export type Direction = 'both' | 'pull-only' | 'device-only';

export type Done = {
    status: boolean;
};

/**
 * A link that ends.
 */
export type DownloadUrl = {
    expiresAt: Timestamp;
    url: string;
};

/**
 * A stable name for what went wrong. Clients branch on this, never on text.
 */
export type ErrorCode = 'malformed_json' | 'bad_request' | 'invalid_media' | 'unauthenticated' | 'forbidden' | 'origin_not_allowed' | 'not_found' | 'method_not_allowed' | 'id_conflict' | 'revision_conflict' | 'duplicate_name' | 'session_deleted' | 'asset_deleted' | 'already_uploaded' | 'resync_required' | 'last_account' | 'mutation_gap' | 'payload_too_large' | 'quota_exceeded' | 'unsupported_media_type' | 'validation_failed' | 'secret_in_clear' | 'rate_limited' | 'provider_unavailable' | 'internal' | 'upload_failed' | 'database_unavailable' | 'storage_unavailable' | 'busy' | 'timeout';

/**
 * Everything that a person has, a member for each collection. What LiteChat exports has this form too.
 */
export type ExportDocument = {
    apiKeys?: Array<ApiKey>;
    /**
     * What is known of files; their bytes are behind `storageUrl`.
     */
    assets?: Array<{
        [key: string]: unknown;
    }>;
    chatMessages?: Array<{
        [key: string]: unknown;
    }>;
    chatSessions?: Array<{
        [key: string]: unknown;
    }>;
    conversations?: Array<Conversation>;
    exportedAt?: string;
    interactions?: Array<Interaction>;
    mods?: Array<Mod>;
    projects?: Array<{
        [key: string]: unknown;
    }>;
    promptTemplates?: Array<PromptTemplate>;
    providerConfigs?: Array<ProviderConfig>;
    rules?: Array<Rule>;
    /**
     * From id to value.
     */
    settings?: {
        [key: string]: unknown;
    };
    syncRepos?: Array<SyncRepo>;
    tagRuleLinks?: Array<TagRuleLink>;
    tags?: Array<Tag>;
    /**
     * Of the format.
     */
    version?: number;
    workflows?: Array<Workflow>;
    [key: string]: unknown;
};

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
 * Room that files take up, or may take up.
 */
export type FileSpace = {
    bytes: number;
    /**
     * How many.
     */
    files: number;
};

/**
 * What kind of file it is, by its media type.
 */
export type FileType = 'image' | 'video' | 'audio' | 'document' | 'other';

/**
 * Free JSON of the application: any members, kept exactly.
 */
export type FreeJson = {
    [key: string]: unknown;
};

export type GoThere = {
    /**
     * Whether Better Auth's client should go there by itself.
     */
    redirect: boolean;
    /**
     * The provider's page.
     */
    url: string;
};

export type Health = {
    checks: Checks;
    /**
     * `ok` or `unavailable`.
     */
    status: string;
};

/**
 * What became of the rows of a collection, or would.
 */
export type ImportCounts = {
    created: number;
    /**
     * Not in the document (`replace`), or part of what was not.
     */
    deleted: number;
    /**
     * Of a dry run: rows that can't be taken.
     */
    rejected: number;
    /**
     * Stored like this already.
     */
    unchanged: number;
    /**
     * Stored with another content before, or deleted.
     */
    updated: number;
};

/**
 * What an import does to rows that it does not name.
 */
export type ImportMode = 'merge' | 'replace';

export type ImportPhase = 'reading' | 'applying';

/**
 * An import that is under way.
 */
export type ImportProgress = {
    phase: ImportPhase;
    /**
     * Rows that have been read and are good.
     */
    rowCount: number;
    startedAt: Timestamp;
};

/**
 * What an import came to, or would.
 */
export type ImportReport = {
    /**
     * By the names of the collections.
     */
    collections: {
        [key: string]: ImportCounts;
    };
    /**
     * Nothing was stored.
     */
    dryRun: boolean;
    /**
     * Of a dry run: why rows can't be taken; the first of them.
     */
    errors: Array<FieldError>;
    /**
     * Members of the document that are no collection of this server: not imported.
     */
    ignored: Array<string>;
    mode: ImportMode;
};

/**
 * A turn of a conversation: a prompt and its response.
 */
export type Interaction = {
    conversationId: string;
    createdAt?: Timestamp | null;
    endedAt?: Timestamp | null;
    id: string;
    /**
     * Place in the conversation; below 0 for those that are not shown in it.
     */
    index: number;
    metadata?: FreeJson | null;
    /**
     * The interaction that this one is another version of.
     */
    parentId?: string | null;
    prompt?: FreeJson | null;
    rating?: number | null;
    /**
     * A text, or whatever else the answer was.
     */
    response?: unknown;
    startedAt?: Timestamp | null;
    status?: string | null;
    type?: string | null;
    [key: string]: unknown;
};

/**
 * What the server takes.
 */
export type Limits = {
    /**
     * Bytes of a file that goes straight to the storage.
     */
    maxAssetBytes: number;
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
    /**
     * Bytes of a file through the server, by type.
     */
    maxMediaBytes: MediaLimits;
    /**
     * Bytes in one project's document.
     */
    maxProjectBytes: number;
    /**
     * What the person's files may take up.
     */
    quota: FileSpace;
    /**
     * What they take up now.
     */
    used: FileSpace;
};

/**
 * A file that is stored.
 */
export type MediaAsset = {
    /**
     * The same as `id`.
     */
    cloudId: string;
    /**
     * A link to the bytes that holds for an hour at most; `/api/media/assets/{id}/content` leads to a fresh one.
     */
    cloudUrl: string;
    createdAt: Timestamp;
    fileName: string;
    fileType: FileType;
    height?: number | null;
    id: string;
    mimeType: string;
    /**
     * Bytes.
     */
    size: number;
    updatedAt: Timestamp;
    userId: string;
    width?: number | null;
};

/**
 * Bytes of a file, by its type.
 */
export type MediaLimits = {
    audio: number;
    document: number;
    image: number;
    other: number;
    video: number;
};

export type MediaPage = {
    items: Array<MediaAsset>;
    /**
     * Where the next page begins; null on the last.
     */
    nextCursor: string | null;
};

/**
 * The form of an upload.
 */
export type MediaUploadForm = {
    /**
     * The bytes.
     */
    file: Blob | File;
    /**
     * Else the name that the part has.
     */
    fileName?: string | null;
    fileType?: FileType | null;
    height?: number | null;
    /**
     * Chosen by the device where a repeat shall be no second file; else the server makes one.
     */
    id?: string | null;
    /**
     * Else the type that the part has. The bytes must be of it.
     */
    mimeType?: string | null;
    /**
     * Pixels.
     */
    width?: number | null;
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
 * An extension: its script, or where that is fetched from.
 */
export type Mod = {
    createdAt?: Timestamp | null;
    enabled?: boolean | null;
    id: string;
    /**
     * Mods are loaded in this order.
     */
    loadOrder?: number | null;
    name: string;
    scriptContent?: string | null;
    sourceUrl?: string | null;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

export type Multipart = {
    /**
     * Bytes of every part but the last.
     */
    partSize: number;
    parts: Array<MultipartPart>;
    uploadId: string;
};

/**
 * One part. Send those that have a link; what has none has arrived.
 */
export type MultipartPart = {
    arrived: boolean;
    expiresAt: Timestamp | null;
    /**
     * From 1.
     */
    partNumber: number;
    /**
     * The part must have exactly this many bytes.
     */
    size: number;
    /**
     * Where to PUT it; null where it has arrived.
     */
    url: string | null;
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
 * What Better Auth's client may send where we need nothing.
 */
export type Nothing = {
    [key: string]: unknown;
};

/**
 * What becomes of a row when what it refers to is deleted.
 */
export type OnDelete = 'take-along' | 'unlink';

/**
 * What a device does when its edit meets another's.
 */
export type Policy = 'client-wins' | 'server-wins' | 'merge' | 'ask';

export type PresignOperation = 'upload' | 'download';

export type PresignRequest = {
    /**
     * Files that the server knows: for downloads, and for uploads that were announced before. At most 100.
     */
    assetIds?: Array<string> | null;
    /**
     * Files to upload; announced with this. At most 100.
     */
    assets?: Array<AssetRequest> | null;
    operation: PresignOperation;
};

export type PresignResponse = {
    /**
     * The link, where one file was asked for.
     */
    url?: string | null;
    /**
     * In the request's order.
     */
    urls: Array<PresignedUrl>;
};

/**
 * A link, or why there is none.
 */
export type PresignedUrl = ({
    expiresAt: Timestamp;
    /**
     * The request must carry exactly these, and a body of exactly the announced length.
     */
    headers: {
        [key: string]: string;
    };
    method: string;
    url: string;
} | null) & {
    assetId: string;
    error?: Rejected | null;
};

/**
 * What every error looks like.
 */
export type Problem = {
    allowed?: FileSpace | null;
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
     * The same as `detail`, under /api/auth: where Better Auth's client looks for it.
     */
    message?: string;
    /**
     * Of a `resync_required`: `epoch` (restored from a backup) or `horizon` (away for too long).
     */
    reason?: string | null;
    /**
     * Name this when you report the problem; the logs have it.
     */
    requestId: string;
    /**
     * Of a `revision_conflict` or a `duplicate_name`: the row that is stored, in the form in which it is read; null where there is none.
     */
    server?: {
        [key: string]: unknown;
    } | null;
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
    used?: FileSpace | null;
};

/**
 * A project with its document.
 */
export type Project = {
    clientUpdatedAt?: Timestamp | null;
    createdAt: Timestamp;
    data: FreeJson | null;
    deletedAt?: Timestamp | null;
    id: string;
    name: string;
    /**
     * The project that it stands in; left out at the top.
     */
    parentId?: string | null;
    /**
     * Counts the accepted writes; send it as `baseRevision`.
     */
    revision: number;
    thumbnailAssetId?: string | null;
    updatedAt: Timestamp;
};

/**
 * A project, its conversations and what was said in them.
 */
export type ProjectExport = {
    conversations: Array<Conversation>;
    /**
     * Conversation by conversation, each in its order.
     */
    interactions: Array<Interaction>;
    project: FreeJson;
};

/**
 * A project without its document.
 */
export type ProjectSummary = {
    createdAt: Timestamp;
    deletedAt?: Timestamp | null;
    id: string;
    name: string;
    /**
     * The project that it stands in; left out at the top.
     */
    parentId?: string | null;
    /**
     * Counts the accepted writes; send it as `baseRevision`.
     */
    revision: number;
    thumbnailAssetId?: string | null;
    updatedAt: Timestamp;
};

/**
 * A prompt with places to fill in.
 */
export type PromptTemplate = {
    createdAt?: Timestamp | null;
    description?: string | null;
    followUps?: Array<string> | null;
    id: string;
    /**
     * Shown to others by the application; the server shows it to nobody else.
     */
    isPublic?: boolean | null;
    name: string;
    /**
     * The agent that a task belongs to.
     */
    parentId?: string | null;
    prompt: string;
    /**
     * Names of rules to select.
     */
    rules?: Array<string> | null;
    structuredOutput?: FreeJson | null;
    tags?: Array<string> | null;
    /**
     * Names of tools to select.
     */
    tools?: Array<string> | null;
    /**
     * `prompt`, `task` or `agent`.
     */
    type?: string | null;
    updatedAt?: Timestamp | null;
    /**
     * The places: name, type, whether required.
     */
    variables?: Array<FreeJson> | null;
    [key: string]: unknown;
};

/**
 * How a provider of models is reached.
 */
export type ProviderConfig = {
    /**
     * The key to use; null when that is deleted. It may be one that only the device has.
     */
    apiKeyId?: string | null;
    autoFetchModels?: boolean | null;
    baseURL?: string | null;
    createdAt?: Timestamp | null;
    enabledModels?: Array<string> | null;
    /**
     * As the provider lists them.
     */
    fetchedModels?: Array<FreeJson> | null;
    id: string;
    isEnabled?: boolean | null;
    modelsLastFetchedAt?: Timestamp | null;
    name: string;
    sealed?: Sealed | null;
    type: string;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

export type ProviderName = {
    id: string;
    /**
     * What people call it.
     */
    name: string;
};

/**
 * A public key (RFC 7517, RFC 8037).
 */
export type PublicKey = {
    alg: string;
    crv: string;
    kid: string;
    kty: string;
    use: string;
    x: string;
};

export type PublicKeys = {
    keys: Array<PublicKey>;
};

/**
 * Members that are left out stay as they are.
 */
export type PutProjectRequest = {
    /**
     * The revision that this was made from: 0 for a new project. `If-Match` may stand for it.
     */
    baseRevision?: number | null;
    clientUpdatedAt?: Timestamp | null;
    data?: FreeJson | null;
    /**
     * Names this write: a repeat has no second effect and the same answer.
     */
    mutationId?: string | null;
    /**
     * A new project without a name is called "Untitled".
     */
    name?: string | null;
    /**
     * The project to stand in; null is the top.
     */
    parentId?: string | null;
    /**
     * Null removes it.
     */
    thumbnailAssetId?: string | null;
};

export type PutRowRequest = {
    /**
     * The revision that this was made from: 0 for a new row. `If-Match` may stand for it.
     */
    baseRevision?: number | null;
    /**
     * Names this write: a repeat has no second effect and the same answer.
     */
    mutationId?: string | null;
    /**
     * The whole row. Members that the collection knows are checked, others are kept as they are.
     */
    value: FreeJson;
};

/**
 * What was wrong with a part of a request whose other parts went through.
 */
export type Rejected = {
    code: ErrorCode;
    /**
     * What happened and what to do.
     */
    detail: string;
    /**
     * Everything that is wrong, with pointers from that part on.
     */
    errors: Array<FieldError>;
    /**
     * Of a `duplicate_name`: the row that has the name.
     */
    server?: {
        [key: string]: unknown;
    } | null;
};

export type RevokeSessionRequest = {
    /**
     * The handle (`token` or `id`) of `list-sessions`.
     */
    token: string;
};

export type Role = 'user' | 'admin';

export type RowPage = {
    /**
     * In order of their ids.
     */
    items: Array<StoredRow>;
    /**
     * Where the next page begins; null on the last.
     */
    nextCursor: string | null;
};

/**
 * A piece of a prompt.
 */
export type Rule = {
    alwaysOn?: boolean | null;
    content: string;
    createdAt?: Timestamp | null;
    description?: string | null;
    id: string;
    name: string;
    /**
     * Where it goes: `system`, `before`, `after`, `control`.
     */
    type?: string | null;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * How a secret is sealed.
 */
export type SealAlgorithm = 'A256GCM';

/**
 * A secret, sealed on the device by a key that only its owner has.
 */
export type Sealed = {
    alg: SealAlgorithm;
    /**
     * Ciphertext and its 16 bytes of tag, base64url without padding.
     */
    ciphertext: string;
    /**
     * 12 random bytes, base64url without padding.
     */
    iv: string;
    kdf?: FreeJson | null;
    /**
     * Which of the owner's keys opens it.
     */
    kid?: string | null;
};

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
 * A sign-in. The secret that it is used with is never told again.
 */
export type Session = {
    createdAt: Timestamp;
    expiresAt: Timestamp;
    id: string;
    ipAddress: string | null;
    /**
     * A handle for `revoke-session`, where Better Auth has the secret itself. No session can be used with it.
     */
    token: string;
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

/**
 * A setting. Its key is its id.
 */
export type Setting = {
    key: string;
    /**
     * Any JSON, null included.
     */
    value: unknown;
    [key: string]: unknown;
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

export type SocialRequest = {
    /**
     * Where the browser goes then: a path of this site, or an address of an allowed origin. Default: `/`.
     */
    callbackURL?: string | null;
    /**
     * The page goes there by itself; the answer says so.
     */
    disableRedirect?: boolean | null;
    /**
     * Where it goes instead when it comes to nothing, with `error` and `error_description` in the query. Default: `callbackURL`.
     */
    errorCallbackURL?: string | null;
    /**
     * Where it goes instead when somebody came for the first time. Default: `callbackURL`.
     */
    newUserCallbackURL?: string | null;
    provider: string;
};

/**
 * Where the project stands after the write.
 */
export type StoredProject = {
    id: string;
    /**
     * The next `baseRevision`.
     */
    revision: number;
    updatedAt: Timestamp;
};

/**
 * A row of a collection.
 */
export type StoredRow = {
    deletedAt?: Timestamp | null;
    id: string;
    /**
     * The row's own counter. Send it back as `baseRevision`.
     */
    revision: number;
    updatedAt: Timestamp;
    value: FreeJson;
};

/**
 * A row that changed.
 */
export type SyncChange = {
    collection: string;
    deletedAt?: Timestamp | null;
    key: string;
    /**
     * What a write of this row must give as `baseRevision`.
     */
    revision: number;
    /**
     * The row; null for one that was deleted.
     */
    value: {
        [key: string]: unknown;
    } | null;
};

/**
 * Everything that a device needs to show its first screen.
 */
export type SyncInitResponse = {
    /**
     * What is known of files, the last changed first, at most 200.
     */
    assets: Array<Asset>;
    /**
     * None yet.
     */
    assistants: Array<FreeJson>;
    /**
     * To pull with: everything comes, since this answer holds a part of it only.
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
     * The person's settings, by key: what the rows of `settings` hold in `value`. At most 500, none larger than 16 KiB.
     */
    preferences: {
        [key: string]: unknown;
    };
    /**
     * The last changed first, at most 200, without `data`.
     */
    projects: Array<ProjectSummary>;
    serverTime: Timestamp;
    /**
     * The last changed first, at most 50.
     */
    sessions: Array<ChatSession>;
    user: User;
};

export type SyncMutation = {
    /**
     * The revision that this was made from; 0 for a new row. Chats have none.
     */
    baseRevision?: number | null;
    collection: string;
    /**
     * Counts up per client: 1 for its first mutation, then one more each.
     */
    id: number;
    /**
     * The row's id; for a message that is not stored yet, its temporary id.
     */
    key: string;
    op: SyncOp;
    value?: FreeJson | null;
};

export type SyncOp = 'put' | 'delete';

export type SyncPage = {
    changes: Array<SyncChange>;
    /**
     * Where the next page begins. Save it together with the changes.
     */
    cursor: string;
    epoch: string;
    /**
     * Whether to ask again at once.
     */
    hasMore: boolean;
    serverTime: Timestamp;
};

/**
 * A repository that the application itself pulls from and pushes to.
 */
export type SyncRepo = {
    branch?: string | null;
    createdAt?: Timestamp | null;
    id: string;
    lastPulledAt?: Timestamp | null;
    lastPushedAt?: Timestamp | null;
    lastSyncError?: string | null;
    name: string;
    remoteUrl: string;
    sealed?: Sealed | null;
    updatedAt?: Timestamp | null;
    username?: string | null;
    [key: string]: unknown;
};

export type SyncRequest = {
    /**
     * The device's own name; a new one begins at mutation 1.
     */
    clientId: string;
    /**
     * What to pull; none: all that sync.
     */
    collections?: Array<string> | null;
    /**
     * The `cursor` of the page before; none: from the beginning.
     */
    cursor?: string | null;
    /**
     * How many changes at most: 1 to 200.
     */
    limit?: number | null;
    /**
     * At most 500, in the device's order.
     */
    mutations?: Array<SyncMutation>;
    /**
     * Which schema the device has; for the logs.
     */
    schemaVersion?: number | null;
};

export type SyncResponse = {
    /**
     * What changed since the cursor, the effects of this push among it.
     */
    changes: Array<SyncChange>;
    /**
     * Where the next page begins. Save it together with the changes.
     */
    cursor: string;
    epoch: string;
    /**
     * Whether to pull again at once.
     */
    hasMore: boolean;
    /**
     * One for each mutation, in their order.
     */
    results: Array<SyncResult>;
    serverTime: Timestamp;
};

export type SyncResult = {
    error: Rejected | null;
    id: number;
    /**
     * The row's id now: a temporary one has become a real one.
     */
    key: string;
    /**
     * The row's revision; null where it was not applied.
     */
    revision: number | null;
    server: SyncChange | null;
    status: SyncStatus;
};

/**
 * What became of a mutation.
 */
export type SyncStatus = 'applied' | 'duplicate' | 'conflict' | 'rejected';

/**
 * A name that groups rules.
 */
export type Tag = {
    createdAt?: Timestamp | null;
    description?: string | null;
    id: string;
    name: string;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * A tag on a rule.
 */
export type TagRuleLink = {
    id: string;
    ruleId: string;
    tagId: string;
    [key: string]: unknown;
};

export type Timestamp = string;

export type Token = {
    /**
     * A JWT of at most ten minutes, for `Authorization: Bearer`.
     */
    token: string;
};

export type UnlinkAccountRequest = {
    /**
     * `id` or `accountId` of `list-accounts`. Needed where `providerId` is left out.
     */
    accountId?: string | null;
    providerId?: string | null;
};

/**
 * Members that are left out stay as they are; the last write wins.
 */
export type UpdateAssetRequest = {
    fileName?: string | null;
    height?: number | null;
    /**
     * Null takes the file out of its project.
     */
    projectId?: string | null;
    width?: number | null;
};

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
 * What is left out stays. The address can't be changed here: a provider vouches for it.
 */
export type UpdateUserRequest = {
    /**
     * The https address of a picture; null takes it away.
     */
    image?: string | null;
    name?: string | null;
};

/**
 * Devices also have `uploading`, which nobody else needs to know.
 */
export type UploadStatus = 'pending' | 'completed' | 'failed';

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

export type UserDeleted = {
    message: string;
    success: boolean;
};

export type WaysIn = {
    /**
     * Whether there is the development sign-in.
     */
    devSignIn: boolean;
    providers: Array<ProviderName>;
};

/**
 * Prompts in a row.
 */
export type Workflow = {
    createdAt?: Timestamp | null;
    /**
     * The steps, as the application keeps them: JSON, or text that holds JSON.
     */
    definition?: unknown;
    description?: string | null;
    id: string;
    name: string;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * Where the row stands after the write.
 */
export type WrittenRowResponse = {
    id: string;
    /**
     * The next `baseRevision`.
     */
    revision: number;
    updatedAt: Timestamp;
};

export type ListAssetsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only files of this project.
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
    url: '/api/assets';
};

export type ListAssetsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListAssetsError = ListAssetsErrors[keyof ListAssetsErrors];

export type ListAssetsResponses = {
    /**
     * A page of files.
     */
    200: AssetPage;
};

export type ListAssetsResponse = ListAssetsResponses[keyof ListAssetsResponses];

export type RegisterAssetData = {
    body: AssetRequest;
    path?: never;
    query?: never;
    url: '/api/assets';
};

export type RegisterAssetErrors = {
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
     * `not_found`: no such file was announced.
     */
    404: Problem;
    /**
     * `asset_deleted`, or `id_conflict`: this is not the file that was announced under the id.
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
     * `validation_failed`. At `/id` `not_uploaded`: nothing arrived yet. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes are not what was announced; the file has failed.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type RegisterAssetError = RegisterAssetErrors[keyof RegisterAssetErrors];

export type RegisterAssetResponses = {
    /**
     * It was complete already.
     */
    200: Asset;
    /**
     * Complete.
     */
    201: Asset;
};

export type RegisterAssetResponse = RegisterAssetResponses[keyof RegisterAssetResponses];

export type PresignAssetsData = {
    body: PresignRequest;
    path?: never;
    query?: never;
    url: '/api/assets/presign';
};

export type PresignAssetsErrors = {
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
     * `quota_exceeded`: with `used` and `allowed`. `payload_too_large`: a file is larger than may be. Nothing was announced.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type PresignAssetsError = PresignAssetsErrors[keyof PresignAssetsErrors];

export type PresignAssetsResponses = {
    /**
     * A link for each file, or why there is none.
     */
    200: PresignResponse;
};

export type PresignAssetsResponse = PresignAssetsResponses[keyof PresignAssetsResponses];

export type DeleteAssetData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}';
};

export type DeleteAssetErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteAssetError = DeleteAssetErrors[keyof DeleteAssetErrors];

export type DeleteAssetResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteAssetResponse = DeleteAssetResponses[keyof DeleteAssetResponses];

export type GetAssetData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}';
};

export type GetAssetErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetAssetError = GetAssetErrors[keyof GetAssetErrors];

export type GetAssetResponses = {
    /**
     * The file.
     */
    200: Asset;
};

export type GetAssetResponse = GetAssetResponses[keyof GetAssetResponses];

export type UpdateAssetData = {
    body: UpdateAssetRequest;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}';
};

export type UpdateAssetErrors = {
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
     * `asset_deleted`.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type UpdateAssetError = UpdateAssetErrors[keyof UpdateAssetErrors];

export type UpdateAssetResponses = {
    /**
     * The file as it is now.
     */
    200: Asset;
};

export type UpdateAssetResponse = UpdateAssetResponses[keyof UpdateAssetResponses];

export type GetAssetContentData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/content';
};

export type GetAssetContentErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetAssetContentError = GetAssetContentErrors[keyof GetAssetContentErrors];

export type GetAssetContentResponses = {
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetAssetContentResponse = GetAssetContentResponses[keyof GetAssetContentResponses];

export type GetDownloadUrlData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/download-url';
};

export type GetDownloadUrlErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetDownloadUrlError = GetDownloadUrlErrors[keyof GetDownloadUrlErrors];

export type GetDownloadUrlResponses = {
    /**
     * The link.
     */
    200: DownloadUrl;
};

export type GetDownloadUrlResponse = GetDownloadUrlResponses[keyof GetDownloadUrlResponses];

export type AbortMultipartData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/multipart';
};

export type AbortMultipartErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type AbortMultipartError = AbortMultipartErrors[keyof AbortMultipartErrors];

export type AbortMultipartResponses = {
    /**
     * The parts are gone.
     */
    204: void;
};

export type AbortMultipartResponse = AbortMultipartResponses[keyof AbortMultipartResponses];

export type GetMultipartData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/multipart';
};

export type GetMultipartErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `already_uploaded`.
     */
    409: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetMultipartError = GetMultipartErrors[keyof GetMultipartErrors];

export type GetMultipartResponses = {
    /**
     * The upload, with fresh links for the missing parts.
     */
    200: Multipart;
};

export type GetMultipartResponse = GetMultipartResponses[keyof GetMultipartResponses];

export type BeginMultipartData = {
    /**
     * The file; may be left out where it was announced before.
     */
    body?: AssetRequest | null;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/multipart';
};

export type BeginMultipartErrors = {
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
     * `already_uploaded`, `asset_deleted`, or `id_conflict`.
     */
    409: Problem;
    /**
     * `quota_exceeded`: with `used` and `allowed`. `payload_too_large`: the file is larger than may be.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type BeginMultipartError = BeginMultipartErrors[keyof BeginMultipartErrors];

export type BeginMultipartResponses = {
    /**
     * The upload, with links for the missing parts.
     */
    200: Multipart;
};

export type BeginMultipartResponse = BeginMultipartResponses[keyof BeginMultipartResponses];

export type CompleteMultipartData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/assets/{id}/multipart/complete';
};

export type CompleteMultipartErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `validation_failed`. At `/id` `not_uploaded`: parts are missing. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes are not what was announced; the file has failed.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type CompleteMultipartError = CompleteMultipartErrors[keyof CompleteMultipartErrors];

export type CompleteMultipartResponses = {
    /**
     * It was complete already.
     */
    200: Asset;
    /**
     * Complete.
     */
    201: Asset;
};

export type CompleteMultipartResponse = CompleteMultipartResponses[keyof CompleteMultipartResponses];

export type SocialCallbackData = {
    body?: never;
    path: {
        /**
         * Such as `google`.
         */
        provider: string;
    };
    query?: {
        /**
         * The secret of this sign-in.
         */
        state?: string;
        code?: string;
        /**
         * The provider's word for what went wrong.
         */
        error?: string;
        /**
         * The provider's issuer (RFC 9207).
         */
        iss?: string;
    };
    url: '/api/auth/callback/{provider}';
};

export type SocialCallbackErrors = {
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SocialCallbackError = SocialCallbackErrors[keyof SocialCallbackErrors];

export type SocialCallbackResponses = {
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SocialCallbackResponse = SocialCallbackResponses[keyof SocialCallbackResponses];

export type DeleteUserData = {
    body?: DeleteUserRequest | null;
    path?: never;
    query?: never;
    url: '/api/auth/delete-user';
};

export type DeleteUserErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteUserError = DeleteUserErrors[keyof DeleteUserErrors];

export type DeleteUserResponses = {
    /**
     * There is nobody left to sign in.
     */
    200: UserDeleted;
};

export type DeleteUserResponse = DeleteUserResponses[keyof DeleteUserResponses];

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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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

export type GetJwksData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/jwks';
};

export type GetJwksErrors = {
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetJwksError = GetJwksErrors[keyof GetJwksErrors];

export type GetJwksResponses = {
    /**
     * A JWK set.
     */
    200: PublicKeys;
};

export type GetJwksResponse = GetJwksResponses[keyof GetJwksResponses];

export type LinkSocialData = {
    body: SocialRequest;
    path?: never;
    query?: never;
    url: '/api/auth/link-social';
};

export type LinkSocialErrors = {
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
     * `not_found`: this server has no such provider.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type LinkSocialError = LinkSocialErrors[keyof LinkSocialErrors];

export type LinkSocialResponses = {
    /**
     * Where to go.
     */
    200: GoThere;
};

export type LinkSocialResponse = LinkSocialResponses[keyof LinkSocialResponses];

export type ListAccountsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/list-accounts';
};

export type ListAccountsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListAccountsError = ListAccountsErrors[keyof ListAccountsErrors];

export type ListAccountsResponses = {
    /**
     * The oldest first.
     */
    200: Array<Account>;
};

export type ListAccountsResponse = ListAccountsResponses[keyof ListAccountsResponses];

export type ListAuthSessionsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/list-sessions';
};

export type ListAuthSessionsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListAuthSessionsError = ListAuthSessionsErrors[keyof ListAuthSessionsErrors];

export type ListAuthSessionsResponses = {
    /**
     * All that are alive.
     */
    200: Array<Session>;
};

export type ListAuthSessionsResponse = ListAuthSessionsResponses[keyof ListAuthSessionsResponses];

export type ListProvidersData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/providers';
};

export type ListProvidersErrors = {
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListProvidersError = ListProvidersErrors[keyof ListProvidersErrors];

export type ListProvidersResponses = {
    /**
     * What a sign-in page may offer.
     */
    200: WaysIn;
};

export type ListProvidersResponse = ListProvidersResponses[keyof ListProvidersResponses];

export type RevokeOtherSessionsData = {
    body?: Nothing | null;
    path?: never;
    query?: never;
    url: '/api/auth/revoke-other-sessions';
};

export type RevokeOtherSessionsErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type RevokeOtherSessionsError = RevokeOtherSessionsErrors[keyof RevokeOtherSessionsErrors];

export type RevokeOtherSessionsResponses = {
    /**
     * Only this session is alive.
     */
    200: Done;
};

export type RevokeOtherSessionsResponse = RevokeOtherSessionsResponses[keyof RevokeOtherSessionsResponses];

export type RevokeSessionData = {
    body: RevokeSessionRequest;
    path?: never;
    query?: never;
    url: '/api/auth/revoke-session';
};

export type RevokeSessionErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type RevokeSessionError = RevokeSessionErrors[keyof RevokeSessionErrors];

export type RevokeSessionResponses = {
    /**
     * That session is not alive.
     */
    200: Done;
};

export type RevokeSessionResponse = RevokeSessionResponses[keyof RevokeSessionResponses];

export type RevokeSessionsData = {
    body?: Nothing | null;
    path?: never;
    query?: never;
    url: '/api/auth/revoke-sessions';
};

export type RevokeSessionsErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type RevokeSessionsError = RevokeSessionsErrors[keyof RevokeSessionsErrors];

export type RevokeSessionsResponses = {
    /**
     * No session is alive.
     */
    200: Done;
};

export type RevokeSessionsResponse = RevokeSessionsResponses[keyof RevokeSessionsResponses];

export type SignInSocialData = {
    body: SocialRequest;
    path?: never;
    query?: never;
    url: '/api/auth/sign-in/social';
};

export type SignInSocialErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * The page that asks is not an allowed origin.
     */
    403: Problem;
    /**
     * `not_found`: this server has no such provider.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SignInSocialError = SignInSocialErrors[keyof SignInSocialErrors];

export type SignInSocialResponses = {
    /**
     * Where to go.
     */
    200: GoThere;
};

export type SignInSocialResponse = SignInSocialResponses[keyof SignInSocialResponses];

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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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

export type GetTokenData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/auth/token';
};

export type GetTokenErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetTokenError = GetTokenErrors[keyof GetTokenErrors];

export type GetTokenResponses = {
    /**
     * Signed with EdDSA; `sub` is the person, `sid` the session.
     */
    200: Token;
};

export type GetTokenResponse = GetTokenResponses[keyof GetTokenResponses];

export type UnlinkAccountData = {
    body: UnlinkAccountRequest;
    path?: never;
    query?: never;
    url: '/api/auth/unlink-account';
};

export type UnlinkAccountErrors = {
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
     * `not_found`: there is no such way to sign in.
     */
    404: Problem;
    /**
     * `last_account`: it is the last one.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type UnlinkAccountError = UnlinkAccountErrors[keyof UnlinkAccountErrors];

export type UnlinkAccountResponses = {
    /**
     * It is gone.
     */
    200: Done;
};

export type UnlinkAccountResponse = UnlinkAccountResponses[keyof UnlinkAccountResponses];

export type UpdateUserData = {
    body: UpdateUserRequest;
    path?: never;
    query?: never;
    url: '/api/auth/update-user';
};

export type UpdateUserErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type UpdateUserError = UpdateUserErrors[keyof UpdateUserErrors];

export type UpdateUserResponses = {
    /**
     * Changed, in every session.
     */
    200: Done;
};

export type UpdateUserResponse = UpdateUserResponses[keyof UpdateUserResponses];

export type DeleteProviderAccountsData = {
    body?: never;
    path: {
        /**
         * Such as `google`.
         */
        provider: string;
    };
    query?: {
        /**
         * Which account (`id` or `accountId`), where there are several.
         */
        accountId?: string;
    };
    url: '/api/auth/{provider}/accounts';
};

export type DeleteProviderAccountsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `last_account`: there is no other way to sign in.
     */
    409: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteProviderAccountsError = DeleteProviderAccountsErrors[keyof DeleteProviderAccountsErrors];

export type DeleteProviderAccountsResponses = {
    /**
     * They are gone.
     */
    200: Done;
};

export type DeleteProviderAccountsResponse = DeleteProviderAccountsResponses[keyof DeleteProviderAccountsResponses];

export type ListProviderAccountsData = {
    body?: never;
    path: {
        /**
         * Such as `google`.
         */
        provider: string;
    };
    query?: never;
    url: '/api/auth/{provider}/accounts';
};

export type ListProviderAccountsErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListProviderAccountsError = ListProviderAccountsErrors[keyof ListProviderAccountsErrors];

export type ListProviderAccountsResponses = {
    /**
     * The oldest first; empty where there is none.
     */
    200: Array<Account>;
};

export type ListProviderAccountsResponse = ListProviderAccountsResponses[keyof ListProviderAccountsResponses];

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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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

export type ListCollectionsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/collections';
};

export type ListCollectionsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListCollectionsError = ListCollectionsErrors[keyof ListCollectionsErrors];

export type ListCollectionsResponses = {
    /**
     * The collections.
     */
    200: CollectionList;
};

export type ListCollectionsResponse = ListCollectionsResponses[keyof ListCollectionsResponses];

export type ListRowsData = {
    body?: never;
    path: {
        /**
         * Its name.
         */
        collection: string;
    };
    query?: {
        /**
         * 1: deleted ones too.
         */
        includeDeleted?: number;
        /**
         * How many at most: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the page before.
         */
        cursor?: string;
    };
    url: '/api/collections/{collection}';
};

export type ListRowsErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListRowsError = ListRowsErrors[keyof ListRowsErrors];

export type ListRowsResponses = {
    /**
     * A page of rows.
     */
    200: RowPage;
};

export type ListRowsResponse = ListRowsResponses[keyof ListRowsResponses];

export type DeleteRowData = {
    /**
     * May be left out.
     */
    body?: DeleteRowRequest | null;
    headers?: {
        /**
         * The ETag of the revision, in place of `baseRevision`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * Its name.
         */
        collection: string;
        /**
         * The row.
         */
        id: string;
    };
    query?: never;
    url: '/api/collections/{collection}/{id}';
};

export type DeleteRowErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `forbidden`: rows of this collection come from the server only. `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `revision_conflict`: another revision is stored; `server` is that row. `id_conflict`: the mutationId is in use for another request.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteRowError = DeleteRowErrors[keyof DeleteRowErrors];

export type DeleteRowResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteRowResponse = DeleteRowResponses[keyof DeleteRowResponses];

export type GetRowData = {
    body?: never;
    path: {
        /**
         * Its name.
         */
        collection: string;
        /**
         * The row.
         */
        id: string;
    };
    query?: {
        /**
         * 1: a deleted one too.
         */
        includeDeleted?: number;
    };
    url: '/api/collections/{collection}/{id}';
};

export type GetRowErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetRowError = GetRowErrors[keyof GetRowErrors];

export type GetRowResponses = {
    /**
     * The row.
     */
    200: StoredRow;
};

export type GetRowResponse = GetRowResponses[keyof GetRowResponses];

export type PutRowData = {
    body: PutRowRequest;
    headers?: {
        /**
         * The ETag of the revision, in place of `baseRevision`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * Its name.
         */
        collection: string;
        /**
         * The row.
         */
        id: string;
    };
    query?: never;
    url: '/api/collections/{collection}/{id}';
};

export type PutRowErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `forbidden`: rows of this collection come from the server only. `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `revision_conflict`: another revision is stored; `server` is that row, or null where there is none. `duplicate_name`: `server` is the other row. `id_conflict`: the mutationId is in use for another request.
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
     * `validation_failed`: `errors` points to everything that is wrong; `unknown_reference` there: what the row needs is not stored. `secret_in_clear`: seal it or keep it on the device.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type PutRowError = PutRowErrors[keyof PutRowErrors];

export type PutRowResponses = {
    /**
     * Stored.
     */
    200: WrittenRowResponse;
    /**
     * Created.
     */
    201: WrittenRowResponse;
};

export type PutRowResponse = PutRowResponses[keyof PutRowResponses];

export type ExportConversationData = {
    body?: never;
    path: {
        /**
         * The conversation.
         */
        id: string;
    };
    query?: never;
    url: '/api/conversations/{id}/export';
};

export type ExportConversationErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ExportConversationError = ExportConversationErrors[keyof ExportConversationErrors];

export type ExportConversationResponses = {
    /**
     * `{conversation, interactions}`.
     */
    200: ConversationExport;
};

export type ExportConversationResponse = ExportConversationResponses[keyof ExportConversationResponses];

export type ExportAllData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Names of collections, separated by commas (`projects`, `chatSessions`, `chatMessages` and `assets` too); none: all.
         */
        include?: string;
    };
    url: '/api/export';
};

export type ExportAllErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ExportAllError = ExportAllErrors[keyof ExportAllErrors];

export type ExportAllResponses = {
    /**
     * The document.
     */
    200: ExportDocument;
};

export type ExportAllResponse = ExportAllResponses[keyof ExportAllResponses];

export type GetImportData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/import';
};

export type GetImportErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetImportError = GetImportErrors[keyof GetImportErrors];

export type GetImportResponses = {
    /**
     * The import that is under way.
     */
    200: ImportProgress | null;
};

export type GetImportResponse = GetImportResponses[keyof GetImportResponses];

export type ImportDocumentData = {
    body: ExportDocument;
    path?: never;
    query?: {
        /**
         * What happens to rows that the document does not name: `merge` leaves them, `replace` deletes them in the collections that the document has.
         */
        mode?: ImportMode;
        /**
         * 1: only tell what would happen.
         */
        dryRun?: number;
        /**
         * Names of collections, separated by commas; others in the document are left alone. None: all.
         */
        include?: string;
        /**
         * Names this import: a repeat has no second effect and the same answer.
         */
        mutationId?: string;
    };
    url: '/api/import';
};

export type ImportDocumentErrors = {
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
     * `id_conflict`: the mutationId is in use for another request.
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
     * `validation_failed`, `secret_in_clear`: `errors` points to the rows that can't be taken. Nothing was stored.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ImportDocumentError = ImportDocumentErrors[keyof ImportDocumentErrors];

export type ImportDocumentResponses = {
    /**
     * What was done, or would be.
     */
    200: ImportReport;
};

export type ImportDocumentResponse = ImportDocumentResponses[keyof ImportDocumentResponses];

export type ListMediaData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * How many at most: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the page before.
         */
        cursor?: string;
    };
    url: '/api/media/assets';
};

export type ListMediaErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListMediaError = ListMediaErrors[keyof ListMediaErrors];

export type ListMediaResponses = {
    /**
     * A page of files.
     */
    200: MediaPage;
};

export type ListMediaResponse = ListMediaResponses[keyof ListMediaResponses];

export type UploadMediaData = {
    body: MediaUploadForm;
    path?: never;
    query?: never;
    url: '/api/media/assets';
};

export type UploadMediaErrors = {
    /**
     * `invalid_media`: a type that is not taken, bytes of another type, or a broken form. `bad_request`: the body did not arrive.
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
     * `asset_deleted` or `id_conflict`: the id was used before.
     */
    409: Problem;
    /**
     * `payload_too_large` for its type, or `quota_exceeded` with `used` and `allowed`.
     */
    413: Problem;
    /**
     * `unsupported_media_type`: the body is no multipart/form-data, or is compressed.
     */
    415: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * `upload_failed`: the object storage refused.
     */
    502: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type UploadMediaError = UploadMediaErrors[keyof UploadMediaErrors];

export type UploadMediaResponses = {
    /**
     * A file with this id is stored already; this is it.
     */
    200: MediaAsset;
    /**
     * Stored.
     */
    201: MediaAsset;
};

export type UploadMediaResponse = UploadMediaResponses[keyof UploadMediaResponses];

export type DeleteMediaData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/media/assets/{id}';
};

export type DeleteMediaErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteMediaError = DeleteMediaErrors[keyof DeleteMediaErrors];

export type DeleteMediaResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteMediaResponse = DeleteMediaResponses[keyof DeleteMediaResponses];

export type GetMediaData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/media/assets/{id}';
};

export type GetMediaErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetMediaError = GetMediaErrors[keyof GetMediaErrors];

export type GetMediaResponses = {
    /**
     * The file.
     */
    200: MediaAsset;
};

export type GetMediaResponse = GetMediaResponses[keyof GetMediaResponses];

export type GetMediaContentData = {
    body?: never;
    path: {
        /**
         * The file.
         */
        id: string;
    };
    query?: never;
    url: '/api/media/assets/{id}/content';
};

export type GetMediaContentErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetMediaContentError = GetMediaContentErrors[keyof GetMediaContentErrors];

export type GetMediaContentResponses = {
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetMediaContentResponse = GetMediaContentResponses[keyof GetMediaContentResponses];

export type ListProjectsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * 1: deleted ones too.
         */
        includeDeleted?: number;
    };
    url: '/api/projects';
};

export type ListProjectsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ListProjectsError = ListProjectsErrors[keyof ListProjectsErrors];

export type ListProjectsResponses = {
    /**
     * The projects.
     */
    200: Array<ProjectSummary>;
};

export type ListProjectsResponse = ListProjectsResponses[keyof ListProjectsResponses];

export type CreateProjectData = {
    body: CreateProjectRequest;
    path?: never;
    query?: never;
    url: '/api/projects';
};

export type CreateProjectErrors = {
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
     * `id_conflict`: the mutationId is in use for another request.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type CreateProjectError = CreateProjectErrors[keyof CreateProjectErrors];

export type CreateProjectResponses = {
    /**
     * A project with this id was there already; this is it.
     */
    200: Project;
    /**
     * Created.
     */
    201: Project;
};

export type CreateProjectResponse = CreateProjectResponses[keyof CreateProjectResponses];

export type DeleteProjectData = {
    /**
     * May be left out.
     */
    body?: DeleteProjectRequest | null;
    headers?: {
        /**
         * The ETag of the revision, in place of `baseRevision`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * The project.
         */
        id: string;
    };
    query?: never;
    url: '/api/projects/{id}';
};

export type DeleteProjectErrors = {
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
     * `revision_conflict`: another revision is stored; `server` is that project. `id_conflict`: the mutationId is in use for another request.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type DeleteProjectError = DeleteProjectErrors[keyof DeleteProjectErrors];

export type DeleteProjectResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteProjectResponse = DeleteProjectResponses[keyof DeleteProjectResponses];

export type GetProjectData = {
    body?: never;
    path: {
        /**
         * The project.
         */
        id: string;
    };
    query?: {
        /**
         * 1: deleted ones too.
         */
        includeDeleted?: number;
    };
    url: '/api/projects/{id}';
};

export type GetProjectErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetProjectError = GetProjectErrors[keyof GetProjectErrors];

export type GetProjectResponses = {
    /**
     * The project.
     */
    200: Project;
};

export type GetProjectResponse = GetProjectResponses[keyof GetProjectResponses];

export type PutProjectData = {
    body: PutProjectRequest;
    headers?: {
        /**
         * The ETag of the revision, in place of `baseRevision`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * The project.
         */
        id: string;
    };
    query?: never;
    url: '/api/projects/{id}';
};

export type PutProjectErrors = {
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
     * `revision_conflict`: another revision is stored; `server` is that project, or null where there is none. `id_conflict`: the mutationId is in use for another request.
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type PutProjectError = PutProjectErrors[keyof PutProjectErrors];

export type PutProjectResponses = {
    /**
     * Stored.
     */
    200: StoredProject;
    /**
     * Created.
     */
    201: StoredProject;
};

export type PutProjectResponse = PutProjectResponses[keyof PutProjectResponses];

export type ExportProjectData = {
    body?: never;
    path: {
        /**
         * The project.
         */
        id: string;
    };
    query?: never;
    url: '/api/projects/{id}/export';
};

export type ExportProjectErrors = {
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type ExportProjectError = ExportProjectErrors[keyof ExportProjectErrors];

export type ExportProjectResponses = {
    /**
     * `{project, conversations, interactions}`.
     */
    200: ProjectExport;
};

export type ExportProjectResponse = ExportProjectResponses[keyof ExportProjectResponses];

export type SyncData = {
    body: SyncRequest;
    path?: never;
    query?: never;
    url: '/api/sync';
};

export type SyncErrors = {
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
     * `mutation_gap`: an earlier mutation of this client is missing. `id_conflict`: a number was used for another mutation. Nothing was changed.
     */
    409: Problem;
    /**
     * `resync_required`: the cursor can't be continued; `reason` says why. Nothing was changed.
     */
    410: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SyncError = SyncErrors[keyof SyncErrors];

export type SyncResponses = {
    /**
     * Every mutation has its result.
     */
    200: SyncResponse;
};

export type SyncResponse2 = SyncResponses[keyof SyncResponses];

export type SyncChangesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The `cursor` of the page before; none: from the beginning.
         */
        cursor?: string;
        /**
         * Names of collections, separated by commas; none: all that sync.
         */
        collections?: string;
        /**
         * How many rows at most: 1 to 200. A page also ends at about 4 MiB.
         */
        limit?: number;
    };
    url: '/api/sync/changes';
};

export type SyncChangesErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `resync_required`: the cursor can't be continued; `reason` says why.
     */
    410: Problem;
    /**
     * `validation_failed`: `errors` points to everything that is wrong.
     */
    422: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type SyncChangesError = SyncChangesErrors[keyof SyncChangesErrors];

export type SyncChangesResponses = {
    /**
     * A page of changes.
     */
    200: SyncPage;
};

export type SyncChangesResponse = SyncChangesResponses[keyof SyncChangesResponses];

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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
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

export type MetricsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/metrics';
};

export type MetricsErrors = {
    /**
     * `unauthenticated`: another token than `LANDFALL_METRICS_TOKEN`, or none.
     */
    401: Problem;
    /**
     * `not_found`: production without `LANDFALL_METRICS_TOKEN`.
     */
    404: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type MetricsError = MetricsErrors[keyof MetricsErrors];

export type MetricsResponses = {
    /**
     * Prometheus' text format.
     */
    200: string;
};

export type MetricsResponse = MetricsResponses[keyof MetricsResponses];
