export type ClientOptions = {
    baseUrl: `${string}://${string}` | (string & {});
};

/**
 * A linked account. The provider's tokens are not stored.
 */
export type Account = {
    /**
     * The user's id at the provider (`sub`).
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
 * A provider's key, sealed. The clear text is on the device only.
 */
export type ApiKey = {
    createdAt?: Timestamp | null;
    id: string;
    name: string;
    /**
     * The provider for which the key is.
     */
    providerId?: string | null;
    /**
     * The key.
     */
    sealed: Sealed;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * An asset.
 */
export type Asset = {
    createdAt: Timestamp;
    /**
     * Why the upload failed.
     */
    error: string | null;
    fileName: string;
    fileType: FileType;
    height: number | null;
    id: string;
    mimeType: string;
    /**
     * The project of the asset.
     */
    projectId: string | null;
    /**
     * Counts the changes of the row.
     */
    revision: number;
    /**
     * In lower-case hex, if the device sent it. The bytes were checked against it.
     */
    sha256: string | null;
    /**
     * In bytes.
     */
    size: number;
    /**
     * A URL on this server that redirects to the bytes and does not expire. Null until the asset is completed.
     */
    storageUrl: string | null;
    updatedAt: Timestamp;
    uploadStatus: UploadStatus;
    /**
     * In pixels.
     */
    width: number | null;
};

export type AssetPage = {
    items: Array<Asset>;
    /**
     * The cursor of the next page. Null on the last page.
     */
    nextCursor: string | null;
};

/**
 * The description of a file.
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
     * An allowed media type or an alias of one (`limits.files` of `GET /api/sync/init`). The bytes must be of this type. With
     * `application/octet-stream` or an empty string, the file name and the bytes decide.
     */
    mimeType: string;
    projectId?: string | null;
    /**
     * SHA-256 of the bytes in hex. The bytes are checked against it.
     */
    sha256?: string | null;
    /**
     * In bytes. Only a text may have none.
     */
    size: number;
    /**
     * In pixels.
     */
    width?: number | null;
};

/**
 * An assistant.
 */
export type Assistant = {
    /**
     * The name that the owner had when it was created.
     */
    author: string;
    category: Array<string>;
    createdAt: Timestamp;
    deletedAt?: Timestamp | null;
    desc: string;
    emoji: string;
    /**
     * A nanoid, unique over all users.
     */
    id: string;
    isPublic: boolean;
    prompt: string;
    publishedAt?: Timestamp | null;
    /**
     * The mean rating. Absent without ratings.
     */
    rating?: number | null;
    /**
     * Why a reviewer has decided so. For the owner and administrators only.
     */
    reviewNote?: string | null;
    reviewedAt?: Timestamp | null;
    status: AssistantStatus;
    tags: Array<string>;
    /**
     * The name that the device gave it. For its owner only.
     */
    tempId?: string | null;
    title: string;
    updatedAt: Timestamp;
    usageCount: number;
    /**
     * The number of accepted writes of this assistant: its revision. Send it with a change or a delete.
     */
    version: number;
};

/**
 * A page of assistants.
 */
export type AssistantPage = {
    data: Array<Assistant>;
    pagination: Pagination;
};

/**
 * The state of an assistant between its owner and the reviewers.
 */
export type AssistantStatus = 'draft' | 'pending' | 'published' | 'rejected';

/**
 * An entry of the audit log.
 */
export type AuditEntry = {
    action: string;
    /**
     * The id of the user who acted. Null for the server and for deleted users.
     */
    actor: string | null;
    at: Timestamp;
    /**
     * The names of the members that changed. Their values are not kept.
     */
    changed: Array<string>;
    entity: string;
    entityId: string | null;
    id: string;
    /**
     * The request that did it. Null for commands and background work.
     */
    requestId: string | null;
};

/**
 * A page of the audit log.
 */
export type AuditPage = {
    entries: Array<AuditEntry>;
    /**
     * The cursor of the next page. Null on the last page.
     */
    nextCursor: string | null;
};

/**
 * A stored message.
 */
export type ChatMessage = {
    content: string;
    /**
     * By the clock of the device that wrote it. It is for display and does not affect the order.
     */
    createdAt: Timestamp;
    id: string;
    metadata: FreeJson | null;
    /**
     * The order of the message within its session. At most 2^53 - 1, so that JavaScript represents it exactly.
     */
    position: number;
    /**
     * 1: a message never changes. Its tombstone has 2.
     */
    revision: number;
    role: ChatRole;
    sessionId: string;
    /**
     * The id that the device gave the message before it was stored.
     */
    tempId: string | null;
};

/**
 * The author of a message.
 */
export type ChatRole = 'user' | 'assistant' | 'system' | 'tool';

/**
 * A chat session.
 */
export type ChatSession = {
    createdAt: Timestamp;
    id: string;
    metadata: FreeJson | null;
    /**
     * The project of the session.
     */
    projectId: string | null;
    /**
     * Counts the changes of the session; a stored batch of messages is one.
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
     * `ok`, `unavailable` (no answer), `read_only` (it takes no writes), `full` (a write found no room), or `not_migrated` (it lacks the tables).
     */
    database: string;
    /**
     * `ok` or `unavailable`.
     */
    storage: string;
};

export type CodeRequest = {
    /**
     * `sign_in_code` of the address to which the browser returned.
     */
    code: string;
    /**
     * The secret whose hash was sent as `codeChallenge`.
     */
    codeVerifier: string;
};

/**
 * The declaration of a collection.
 */
export type CollectionInfo = {
    direction: Direction;
    /**
     * The browser's indexes in Dexie's syntax.
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
     * Members whose combined value is unique among living rows. Empty where nothing is unique.
     */
    unique: Array<string>;
};

export type CollectionLimits = {
    /**
     * The maximal length of an id in characters.
     */
    maxIdChars: number;
    /**
     * The maximal size of a value in bytes.
     */
    maxValueBytes: number;
};

export type CollectionList = {
    items: Array<CollectionInfo>;
    /**
     * Always null: the list has one page.
     */
    nextCursor: string | null;
};

/**
 * A member that holds the id of another row.
 */
export type CollectionReference = {
    /**
     * The name of a collection.
     */
    collection: string;
    member: string;
    /**
     * What happens to this row when the other row is deleted.
     */
    onDelete: OnDelete;
    /**
     * True if the other row must exist. A write without it is refused with `unknown_reference`.
     */
    required: boolean;
};

/**
 * An assistant as the market's first client sends it. Members that the server sets are ignored.
 */
export type CompatAssistant = {
    category?: Array<string> | null;
    desc?: string | null;
    emoji?: string | null;
    isPublic?: boolean | null;
    prompt?: string | null;
    status?: AssistantStatus | null;
    tags?: Array<string> | null;
    /**
     * The name that the device gave it.
     */
    tempId?: string | null;
    title?: string | null;
    /**
     * The version that a change was made from. Required in a change.
     */
    version?: number | null;
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
     * The project of the conversation. Null after the project is deleted.
     */
    projectId?: string | null;
    /**
     * The repository that stores the conversation. Null after the repository is deleted.
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

/**
 * Counts over all users.
 */
export type Counts = {
    /**
     * The living rows of kinds that have a status, by kind and status.
     */
    byStatus: {
        [key: string]: {
            [key: string]: number;
        };
    };
    /**
     * When they were counted. They are up to a minute old.
     */
    countedAt: Timestamp;
    /**
     * What all completed files take up, in bytes.
     */
    fileBytes: number;
    /**
     * What all living rows take up, in bytes.
     */
    rowBytes: number;
    /**
     * The living rows of each kind and collection.
     */
    rows: {
        [key: string]: number;
    };
    users: number;
    /**
     * The accepted writes of each of the last 30 days in UTC. A message that was stored, an applied mutation of a push, and a row that an import or a
     * request changed are one write each. Repeats, refusals and writes that changed nothing don't count. Days without a write are left out.
     */
    writesPerDay: {
        [key: string]: number;
    };
};

/**
 * A new assistant.
 */
export type CreateAssistantRequest = {
    /**
     * Each has 1 to 50 characters.
     */
    category?: Array<string> | null;
    /**
     * Required in a new assistant.
     */
    desc?: string | null;
    /**
     * At most 10 units of UTF-16. 🤖 by default.
     */
    emoji?: string | null;
    /**
     * A nanoid of 21 characters, chosen by the device. Made by the server if absent.
     */
    id?: string | null;
    /**
     * Whether others may read it once it is published. False by default.
     */
    isPublic?: boolean | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * Required in a new assistant.
     */
    prompt?: string | null;
    status?: AssistantStatus | null;
    /**
     * Each has 1 to 50 characters.
     */
    tags?: Array<string> | null;
    /**
     * The name that the device gave it. A repeated create with it answers the stored assistant.
     */
    tempId?: string | null;
    /**
     * Required in a new assistant.
     */
    title?: string | null;
};

/**
 * A new project.
 */
export type CreateProjectRequest = {
    clientUpdatedAt?: Timestamp | null;
    data?: FreeJson | null;
    /**
     * Chosen by the device. Made by the server if absent.
     */
    id?: string | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * `Untitled` by default.
     */
    name?: string | null;
    /**
     * The parent project.
     */
    parentId?: string | null;
    thumbnailAssetId?: string | null;
};

/**
 * A new chat session.
 */
export type CreateSessionRequest = {
    /**
     * Chosen by the device. Made by the server if absent.
     */
    id?: string | null;
    metadata?: FreeJson | null;
    projectId?: string | null;
    /**
     * Without it, a new session has the title "New chat".
     */
    title?: string | null;
};

/**
 * Conditions of a delete.
 */
export type DeleteAssistantRequest = {
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * Deletes this version only. The header `If-Match` may replace it.
     */
    version?: number | null;
};

/**
 * Conditions of a delete.
 */
export type DeleteProjectRequest = {
    /**
     * Deletes this revision only. The header `If-Match` may replace it.
     */
    baseRevision?: number | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
};

export type DeleteRowRequest = {
    /**
     * Deletes this revision only. The header `If-Match` may replace it.
     */
    baseRevision?: number | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
};

/**
 * Better Auth's client may send further members, such as a password, which no user has here.
 */
export type DeleteUserRequest = {
    [key: string]: unknown;
};

/**
 * The id of a deleted assistant.
 */
export type DeletedAssistant = {
    id: string;
};

export type DevSignInRequest = {
    email: string;
    /**
     * The part of the address before the @ by default.
     */
    name?: string | null;
    role?: Role | null;
};

/**
 * Which way rows sync.
 */
export type Direction = 'both' | 'pull-only' | 'device-only';

export type Done = {
    status: boolean;
};

/**
 * A link that expires.
 */
export type DownloadUrl = {
    expiresAt: Timestamp;
    url: string;
};

/**
 * What was wrong.
 */
export type EnvelopeError = {
    /**
     * `VALIDATION_ERROR`, `VERSION_CONFLICT`, or the code of the problem document in upper case.
     */
    code: string;
    /**
     * What is wrong with the input.
     */
    details?: Array<FieldError>;
    message: string;
};

/**
 * An answer that was accepted.
 */
export type EnvelopeAssistant = {
    /**
     * An assistant.
     */
    data: {
        /**
         * The name that the owner had when it was created.
         */
        author: string;
        category: Array<string>;
        createdAt: Timestamp;
        deletedAt?: Timestamp | null;
        desc: string;
        emoji: string;
        /**
         * A nanoid, unique over all users.
         */
        id: string;
        isPublic: boolean;
        prompt: string;
        publishedAt?: Timestamp | null;
        /**
         * The mean rating. Absent without ratings.
         */
        rating?: number | null;
        /**
         * Why a reviewer has decided so. For the owner and administrators only.
         */
        reviewNote?: string | null;
        reviewedAt?: Timestamp | null;
        status: AssistantStatus;
        tags: Array<string>;
        /**
         * The name that the device gave it. For its owner only.
         */
        tempId?: string | null;
        title: string;
        updatedAt: Timestamp;
        usageCount: number;
        /**
         * The number of accepted writes of this assistant: its revision. Send it with a change or a delete.
         */
        version: number;
    };
    /**
     * True.
     */
    success: boolean;
};

/**
 * An answer that was accepted.
 */
export type EnvelopeDeletedAssistant = {
    /**
     * The id of a deleted assistant.
     */
    data: {
        id: string;
    };
    /**
     * True.
     */
    success: boolean;
};

/**
 * An answer that was accepted.
 */
export type EnvelopeFlatPage = {
    /**
     * A page of the market's first client.
     */
    data: {
        data: Array<Assistant>;
        page: number;
        pageSize: number;
        total: number;
    };
    /**
     * True.
     */
    success: boolean;
};

/**
 * The stable name of an error. Clients branch on this, never on text.
 *
 * `into_str()` is the word on the wire, for example `not_found`; `parse()` is the way back, for stored outcomes.
 */
export type ErrorCode = 'malformed_json' | 'bad_request' | 'invalid_media' | 'unauthenticated' | 'forbidden' | 'origin_not_allowed' | 'session_required' | 'session_not_fresh' | 'not_found' | 'method_not_allowed' | 'id_conflict' | 'revision_conflict' | 'duplicate_name' | 'session_deleted' | 'asset_deleted' | 'already_uploaded' | 'resync_required' | 'last_account' | 'mutation_gap' | 'payload_too_large' | 'quota_exceeded' | 'unsupported_media_type' | 'validation_failed' | 'secret_in_clear' | 'rate_limited' | 'provider_unavailable' | 'internal' | 'upload_failed' | 'database_unavailable' | 'storage_unavailable' | 'busy' | 'timeout';

/**
 * The data of a user, with a member for each collection. Exports of LiteChat have this form too.
 */
export type ExportDocument = {
    apiKeys?: Array<ApiKey>;
    /**
     * Metadata of files. `storageUrl` has the bytes.
     */
    assets?: Array<{
        [key: string]: unknown;
    }>;
    assistants?: Array<{
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
    installedMarketplaceItems?: Array<InstalledMarketplaceItem>;
    interactions?: Array<Interaction>;
    marketplaceIndexes?: Array<MarketplaceIndex>;
    marketplaceSources?: Array<MarketplaceSource>;
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
     * The version of the format.
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
 * The types of files that the server takes.
 */
export type FileRules = {
    /**
     * The extensions of files that are refused where the browser knows no type.
     */
    refusedExtensions: Array<string>;
    /**
     * Of several types with one extension, the first is chosen.
     */
    types: Array<FileTypeRule>;
};

/**
 * Bytes and number of files: what a user has, or may have.
 */
export type FileSpace = {
    /**
     * The size in bytes.
     */
    bytes: number;
    /**
     * The number of files.
     */
    files: number;
};

/**
 * The kind of a file, by its media type.
 */
export type FileType = 'image' | 'video' | 'audio' | 'document' | 'other';

/**
 * A type of files.
 */
export type FileTypeRule = {
    /**
     * Other names of the type.
     */
    aliases: Array<string>;
    /**
     * In lower case, without the dot.
     */
    extensions: Array<string>;
    /**
     * The kind of file. `maxMediaBytes` has the most bytes by it, for uploads through the server.
     */
    fileType: FileType;
    /**
     * The most bytes of a file that is uploaded to the storage by a link.
     */
    maxBytes: number;
    /**
     * The type that the server stores.
     */
    mimeType: string;
    /**
     * The fewest bytes: 0 for texts, otherwise 1.
     */
    minBytes: number;
    /**
     * Names that count where the file name has one of the extensions, or none.
     */
    sharedAliases: Array<string>;
};

/**
 * A page of the market's first client.
 */
export type FlatPage = {
    data: Array<Assistant>;
    page: number;
    pageSize: number;
    total: number;
};

/**
 * Free JSON of the application: any members, kept exactly.
 */
export type FreeJson = {
    [key: string]: unknown;
};

export type GivenTime = string | number;

export type Health = {
    checks: Checks;
    /**
     * `ok`, `unavailable`, or `stopping`: the server still serves, and takes no further clients.
     */
    status: string;
};

/**
 * The number of rows of a collection by outcome. In a dry run: the outcome that an import would have.
 */
export type ImportCounts = {
    created: number;
    /**
     * Not in the document (`replace`), or a row that requires a deleted row.
     */
    deleted: number;
    /**
     * Rows that were changed so that they can be imported. They count as created, updated or unchanged too, and are in `mended`.
     */
    mended: number;
    /**
     * Rows of the document that can't be imported. They are in `errors`.
     */
    skipped: number;
    /**
     * The stored row has the same content.
     */
    unchanged: number;
    /**
     * The stored row had other content or was deleted.
     */
    updated: number;
};

/**
 * What an import does to stored rows that the document does not name.
 */
export type ImportMode = 'merge' | 'replace';

/**
 * A place of the document, and what there is to say about it.
 */
export type ImportNote = {
    /**
     * A stable word.
     */
    code: string;
    /**
     * For people.
     */
    detail: string;
    /**
     * The id of the row, if it is about a row whose id can be read.
     */
    id?: string | null;
    /**
     * A JSON pointer into the document.
     */
    pointer: string;
    /**
     * The member of the document. Null: the document itself.
     */
    section?: string | null;
};

/**
 * The phase of an import.
 */
export type ImportPhase = 'reading' | 'applying';

/**
 * A running import.
 */
export type ImportProgress = {
    phase: ImportPhase;
    /**
     * The number of valid rows that were read.
     */
    rowCount: number;
    startedAt: Timestamp;
};

/**
 * The report of an import or of a dry run.
 */
export type ImportReport = {
    /**
     * The counts by collection.
     */
    collections: {
        [key: string]: ImportCounts;
    };
    /**
     * Nothing was stored.
     */
    dryRun: boolean;
    /**
     * What is lost: why rows can't be imported, and contents of files that imported rows are without (`file_left_out`). A row may have several reasons.
     */
    errors: Array<ImportNote>;
    /**
     * Members of the document that are not imported, because the server does not know them or because they are metadata of files. Names of more than
     * 100 characters are cut.
     */
    ignored: Array<string>;
    /**
     * What was changed in rows so that they can be imported.
     */
    mended: Array<ImportNote>;
    mode: ImportMode;
    /**
     * Nothing is mended, and nothing is imported if a row can't be.
     */
    strict: boolean;
    totals: ImportTotals;
    warnings: Array<ImportNote>;
};

/**
 * How many entries there are. The lists have the first ones only.
 */
export type ImportTotals = {
    errors: number;
    ignored: number;
    mended: number;
    warnings: number;
};

/**
 * An installed package. The package's id is its key.
 */
export type InstalledMarketplaceItem = {
    enabled?: boolean | null;
    installedAt?: Timestamp | null;
    /**
     * The package, in the application's form.
     */
    package?: unknown;
    packageId: string;
    /**
     * The source of the package. Null after the source is deleted.
     */
    sourceId?: string | null;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * A prompt in a conversation, and its response.
 */
export type Interaction = {
    conversationId: string;
    createdAt?: Timestamp | null;
    endedAt?: Timestamp | null;
    id: string;
    /**
     * The order in the conversation. Below 0 for interactions that are not shown.
     */
    index: number;
    metadata?: FreeJson | null;
    /**
     * The interaction of which this one is another version.
     */
    parentId?: string | null;
    prompt?: FreeJson | null;
    rating?: number | null;
    /**
     * Any JSON, mostly text.
     */
    response?: unknown;
    startedAt?: Timestamp | null;
    status?: string | null;
    type?: string | null;
    [key: string]: unknown;
};

/**
 * The limits of the server and the user. Bytes of JSON are UTF-8, without blanks and with numbers spelled out (`1e3` is `1000`). Characters are Unicode
 * code points.
 */
export type Limits = {
    /**
     * The types of files.
     */
    files: FileRules;
    /**
     * The most bytes of a file that is uploaded to the storage by a link, of any type.
     */
    maxAssetBytes: number;
    /**
     * The most messages in one batch.
     */
    maxBatchMessages: number;
    /**
     * The most bytes in one JSON body, after decompression.
     */
    maxBodyBytes: number;
    /**
     * The most characters in one message.
     */
    maxContentChars: number;
    /**
     * The most characters in the name of a file.
     */
    maxFileNameChars: number;
    /**
     * The most characters in an id, a key or a temporary id.
     */
    maxIdChars: number;
    /**
     * The most bytes in one document to import, after decompression.
     */
    maxImportBytes: number;
    /**
     * The most bytes of a file that is uploaded to the storage by a link, by type.
     */
    maxLinkBytes: MediaLimits;
    /**
     * The most bytes of a file that is uploaded through the server, by type.
     */
    maxMediaBytes: MediaLimits;
    /**
     * The most bytes in the metadata of a chat session or a message.
     */
    maxMetadataBytes: number;
    /**
     * The most characters in a title or a name.
     */
    maxNameChars: number;
    /**
     * The most files in one request for links.
     */
    maxPresignFiles: number;
    /**
     * The most bytes in one project's document.
     */
    maxProjectBytes: number;
    /**
     * The most mutations in one push.
     */
    maxPushMutations: number;
    /**
     * The most characters in the title of a row of `conversations`.
     */
    maxTitleChars: number;
    /**
     * The most bytes in one value, by collection.
     */
    maxValueBytes: {
        [key: string]: number;
    };
    /**
     * The bytes at which a page ends. A first row that is larger is a page of its own.
     */
    pageBytes: number;
    /**
     * What the user's files may take up.
     */
    quota: FileSpace;
    /**
     * What the user's rows may take up.
     */
    rowQuota: RowSpace;
    /**
     * What the user's rows take up now: the living ones, or half of all that are stored if that is more. Deleted rows are stored until retention removes
     * them.
     */
    rowsUsed: RowSpace;
    /**
     * What the user's files take up now. A deleted file counts until its upload links have expired.
     */
    used: FileSpace;
};

/**
 * What a source lists. The source's id is its key.
 */
export type MarketplaceIndex = {
    cachedAt?: Timestamp | null;
    expiresAt?: Timestamp | null;
    /**
     * The list, in the application's form.
     */
    index?: unknown;
    sourceId: string;
    [key: string]: unknown;
};

/**
 * A place with packages to install.
 */
export type MarketplaceSource = {
    createdAt?: Timestamp | null;
    description?: string | null;
    enabled?: boolean | null;
    id: string;
    lastRefreshed?: Timestamp | null;
    name: string;
    updatedAt?: Timestamp | null;
    url: string;
    [key: string]: unknown;
};

/**
 * A completed asset.
 */
export type MediaAsset = {
    /**
     * Equal to `id`.
     */
    cloudId: string;
    /**
     * A link to the bytes that expires after an hour at most. `/api/media/assets/{id}/content` redirects to a new one.
     */
    cloudUrl: string;
    createdAt: Timestamp;
    fileName: string;
    fileType: FileType;
    height?: number | null;
    id: string;
    mimeType: string;
    /**
     * In bytes.
     */
    size: number;
    updatedAt: Timestamp;
    userId: string;
    width?: number | null;
};

/**
 * The most bytes of a file, by its type.
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
     * The cursor of the next page. Null on the last page.
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
     * The file name of the part if absent.
     */
    fileName?: string | null;
    fileType?: FileType | null;
    height?: number | null;
    /**
     * Chosen by the device, so that a repeat makes no second asset. Made by the server if absent.
     */
    id?: string | null;
    /**
     * The media type of the part if absent. The bytes must be of this type.
     */
    mimeType?: string | null;
    /**
     * In pixels.
     */
    width?: number | null;
};

export type MessagePage = {
    /**
     * In the order of `position`.
     */
    messages: Array<ChatMessage>;
    /**
     * The `position` for the next page: as `after` if `after` was given, otherwise as `before`. Null on the last page.
     */
    nextCursor: string | null;
};

/**
 * An extension: its script, or the URL of its script.
 */
export type Mod = {
    createdAt?: Timestamp | null;
    enabled?: boolean | null;
    id: string;
    /**
     * The order in which mods are loaded.
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
     * The size in bytes of every part except the last.
     */
    partSize: number;
    parts: Array<MultipartPart>;
    uploadId: string;
};

/**
 * A part. A part with a `url` is missing, and a part without one was received.
 */
export type MultipartPart = {
    arrived: boolean;
    expiresAt: Timestamp | null;
    /**
     * Counted from 1.
     */
    partNumber: number;
    /**
     * The exact size of the part in bytes.
     */
    size: number;
    /**
     * The URL for a PUT of the part. Null where the part was received.
     */
    url: string | null;
};

/**
 * A message to store.
 */
export type NewMessage = {
    content: string;
    /**
     * By the device's clock: a time, or milliseconds since 1970.
     */
    createdAt: GivenTime;
    /**
     * The UUID of the message. Any other text is taken as `tempId`.
     */
    id?: string | null;
    metadata?: FreeJson | null;
    role: ChatRole;
    /**
     * May stand in the batch instead, once for all messages.
     */
    sessionId?: string | null;
    /**
     * The device's id for the message. A repeat stores nothing twice.
     */
    tempId?: string | null;
};

/**
 * The body that Better Auth's client may send. Its members are ignored.
 */
export type Nothing = {
    [key: string]: unknown;
};

/**
 * What happens to a row when the row that it refers to is deleted.
 */
export type OnDelete = 'take-along' | 'unlink';

/**
 * The place of a page in its list.
 */
export type Pagination = {
    page: number;
    pageSize: number;
    /**
     * How many assistants the list has. It is counted up to 10,000.
     */
    total: number;
    totalPages: number;
};

/**
 * What a device does with a conflict.
 */
export type Policy = 'client-wins' | 'server-wins' | 'merge' | 'ask';

export type PresignOperation = 'upload' | 'download';

/**
 * Why a file has no link.
 */
export type PresignRefusal = {
    assetId: string;
    /**
     * Its code is `not_found`, and for uploads `already_uploaded`, `asset_deleted` or `id_conflict`.
     */
    error: Rejected;
};

export type PresignRequest = {
    /**
     * Ids of existing assets, for downloads and for registered uploads. 100 at most.
     */
    assetIds?: Array<string> | null;
    /**
     * Files to upload. The request registers them. 100 at most.
     */
    assets?: Array<AssetRequest> | null;
    operation: PresignOperation;
};

export type PresignResponse = {
    /**
     * The link, if one file was requested.
     */
    url?: string | null;
    /**
     * In the order of the request.
     */
    urls: Array<PresignedUrl>;
};

/**
 * The signed request for a file. Its bearer may send it until it expires.
 */
export type PresignedLink = {
    assetId: string;
    expiresAt: Timestamp;
    /**
     * The headers that the request must carry unchanged. Its body must have the registered length.
     */
    headers: {
        [key: string]: string;
    };
    method: string;
    url: string;
};

/**
 * A link, or the error of this file. Only an error has the member `error`.
 */
export type PresignedUrl = PresignedLink | PresignRefusal;

/**
 * The body of every error.
 */
export type Problem = {
    allowed?: QuotaSpace | null;
    /**
     * Branch on this.
     */
    code: ErrorCode;
    /**
     * What happened this time and what to do.
     */
    detail: string;
    /**
     * What is wrong with the input. At most 50 are listed; `detail` says how many more there are.
     */
    errors?: Array<FieldError>;
    /**
     * The path that was asked for; a long one is cut.
     */
    instance: string;
    /**
     * The same as `detail`, under /api/auth: where Better Auth's client looks for it.
     */
    message?: string;
    /**
     * Of a `resync_required`: `epoch` (restored from a backup) or `horizon` (away for too long). Of a `rate_limited`: `connections` or `streams`, if the caller
     * holds too many of them. Of an `unsupported_media_type`: `content_encoding` where the coding is not taken; `Accept-Encoding` has those that are.
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
     * A reference to the description of `code` on this server.
     */
    type: string;
    used?: QuotaSpace | null;
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
     * The parent project. Absent at the top level.
     */
    parentId?: string | null;
    /**
     * The number of accepted writes. Send it as `baseRevision`.
     */
    revision: number;
    thumbnailAssetId?: string | null;
    updatedAt: Timestamp;
};

/**
 * A project, its conversations and what was said in them, and the projects below it.
 */
export type ProjectExport = {
    /**
     * The projects directly below it, each as such a document.
     */
    children: Array<FreeJson>;
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
     * The parent project. Absent at the top level.
     */
    parentId?: string | null;
    /**
     * The number of accepted writes. Send it as `baseRevision`.
     */
    revision: number;
    thumbnailAssetId?: string | null;
    updatedAt: Timestamp;
};

/**
 * A prompt with variables.
 */
export type PromptTemplate = {
    createdAt?: Timestamp | null;
    description?: string | null;
    followUps?: Array<string> | null;
    id: string;
    /**
     * The application may publish the template. The server shows it to its owner only.
     */
    isPublic?: boolean | null;
    name: string;
    /**
     * The agent of a task.
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
     * The variables: name, type, whether required.
     */
    variables?: Array<FreeJson> | null;
    [key: string]: unknown;
};

/**
 * The configuration of a provider of models.
 */
export type ProviderConfig = {
    /**
     * The key to use, which may be on the device only. Null after the key is deleted.
     */
    apiKeyId?: string | null;
    autoFetchModels?: boolean | null;
    baseURL?: string | null;
    createdAt?: Timestamp | null;
    enabledModels?: Array<string> | null;
    /**
     * The models as the provider lists them.
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
     * The display name.
     */
    name: string;
};

export type ProviderRedirect = {
    /**
     * True if Better Auth's client navigates to `url`.
     */
    redirect: boolean;
    /**
     * The URL of the provider's sign-in page.
     */
    url: string;
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
 * A project's new state. Absent members stay as they are.
 */
export type PutProjectRequest = {
    /**
     * The revision that the change was made from: 0 for a new project. The header `If-Match` may replace it.
     */
    baseRevision?: number | null;
    clientUpdatedAt?: Timestamp | null;
    data?: FreeJson | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * `Untitled` by default in a new project.
     */
    name?: string | null;
    /**
     * The parent project. Null for the top level.
     */
    parentId?: string | null;
    /**
     * Null removes it.
     */
    thumbnailAssetId?: string | null;
};

export type PutRowRequest = {
    /**
     * The revision that the change was made from: 0 for a new row. The header `If-Match` may replace it.
     */
    baseRevision?: number | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * The whole row. Members that the collection knows are checked. Other members are kept.
     */
    value: FreeJson;
};

/**
 * Bytes, and the number of files or of rows: whichever quota was exceeded.
 */
export type QuotaSpace = {
    bytes: number;
    files?: number | null;
    rows?: number | null;
};

/**
 * An answer that was refused.
 */
export type RefusedEnvelope = {
    error: EnvelopeError;
    /**
     * False.
     */
    success: boolean;
};

/**
 * What is wrong with one part of a request whose other parts were accepted.
 */
export type Rejected = {
    code: ErrorCode;
    /**
     * What happened and what to do.
     */
    detail: string;
    /**
     * What is wrong; pointers are relative to that part. At most 50 are listed; `detail` says how many more there are.
     */
    errors: Array<FieldError>;
    /**
     * Of a `duplicate_name`: the row that has the name. Absent where it does not fit into the answer.
     */
    server?: {
        [key: string]: unknown;
    } | null;
};

/**
 * The decision of a reviewer.
 */
export type ReviewRequest = {
    /**
     * For the owner. Absent: the note of an earlier review is removed.
     */
    reviewNote?: string | null;
    status: AssistantStatus;
    /**
     * The version that was reviewed. The header `If-Match` may replace it. Without one, the version that is stored when the request arrives.
     */
    version?: number | null;
};

export type RevokeSessionRequest = {
    /**
     * The handle: `token` or `id` of a session in `list-sessions`.
     */
    token: string;
};

export type Role = 'user' | 'admin';

export type RowPage = {
    /**
     * In the order of their ids.
     */
    items: Array<StoredRow>;
    /**
     * The cursor of the next page. Null on the last page.
     */
    nextCursor: string | null;
};

/**
 * Bytes and number of rows: what a user has, or may have.
 */
export type RowSpace = {
    /**
     * The size of the rows in bytes, as they are written to answers.
     */
    bytes: number;
    /**
     * The number of rows.
     */
    rows: number;
};

/**
 * A reusable piece of a prompt.
 */
export type Rule = {
    alwaysOn?: boolean | null;
    content: string;
    createdAt?: Timestamp | null;
    description?: string | null;
    id: string;
    name: string;
    /**
     * Where it is inserted: `system`, `before`, `after`, `control`.
     */
    type?: string | null;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * The algorithm of a sealed secret.
 */
export type SealAlgorithm = 'A256GCM';

/**
 * A secret that the device encrypted with a key that only its user has.
 */
export type Sealed = {
    alg: SealAlgorithm;
    /**
     * The ciphertext with its tag of 16 bytes, base64url without padding.
     */
    ciphertext: string;
    /**
     * 12 random bytes, base64url without padding.
     */
    iv: string;
    kdf?: FreeJson | null;
    /**
     * The id of the user's key that decrypts it.
     */
    kid?: string | null;
};

export type SendMessagesRequest = {
    messages: Array<NewMessage>;
    /**
     * The session of all messages that name none.
     */
    sessionId?: string | null;
};

export type SendMessagesResponse = {
    /**
     * From temporary id to id.
     */
    idMap: {
        [key: string]: string;
    };
    /**
     * All messages of the request as they are stored, in the order of the request.
     */
    messages: Array<ChatMessage>;
    syncedAt: Timestamp;
};

/**
 * A session. Its secret is returned by the sign-in only.
 */
export type Session = {
    createdAt: Timestamp;
    expiresAt: Timestamp;
    id: string;
    ipAddress: string | null;
    /**
     * A handle for `revoke-session`, which authenticates no request. Better Auth has the secret here.
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
     * The cursor of the next page. Null on the last page.
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
     * Any JSON, null included. A setting without it is cleared: applications take their own default.
     */
    value?: unknown;
    [key: string]: unknown;
};

export type SignInMethods = {
    /**
     * True if this server offers the development sign-in.
     */
    devSignIn: boolean;
    providers: Array<ProviderName>;
};

export type SignedIn = {
    /**
     * The session token for `Authorization: Bearer`. It is returned once.
     */
    token: string;
    user: User;
};

export type SignedOut = {
    success: boolean;
};

export type SocialRequest = {
    /**
     * Where the browser goes after the sign-in: a path of this server, or a URL of an allowed origin. `/` by default.
     */
    callbackURL?: string | null;
    /**
     * For applications that keep no cookie of this server (an app in a shell, a page of another site): the SHA-256, in base64url without padding, of a
     * random secret (RFC 7636, `S256`). No cookie is set then, and `callbackURL` gets `sign_in_code` for `sign-in/code` in its query.
     */
    codeChallenge?: string | null;
    /**
     * True if the page navigates itself. The answer repeats it as `redirect`, negated.
     */
    disableRedirect?: boolean | null;
    /**
     * Where the browser goes after a failure, with `error` and `error_description` in the query. `callbackURL` by default.
     */
    errorCallbackURL?: string | null;
    /**
     * Where the browser goes after the first sign-in of a new user. `callbackURL` by default.
     */
    newUserCallbackURL?: string | null;
    provider: string;
};

/**
 * The state of the project after the write.
 */
export type StoredProject = {
    id: string;
    /**
     * The `baseRevision` of the next write.
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
 * A changed row.
 */
export type SyncChange = {
    collection: string;
    deletedAt?: Timestamp | null;
    key: string;
    /**
     * The row's own counter. A write of this row sends it as `baseRevision`.
     */
    revision: number;
    /**
     * The row. Null if it was deleted.
     */
    value: {
        [key: string]: unknown;
    } | null;
};

/**
 * What a new device shows first.
 */
export type SyncInitResponse = {
    /**
     * Metadata of files. At most 200, the last changed first.
     */
    assets: Array<Asset>;
    /**
     * The user's own. At most 50, the last changed first.
     */
    assistants: Array<Assistant>;
    /**
     * The cursor of the first pull, which returns all rows, because this answer has a part of them only.
     */
    cursor: string;
    /**
     * The id of the database history. A restore from a backup changes it.
     */
    epoch: string;
    limits: Limits;
    /**
     * The newest messages of the current session, in order of `position`. About 2 MiB at most.
     */
    messages: Array<ChatMessage>;
    /**
     * The user's settings by key: the `value` members of the rows of `settings`. At most 500, each of at most 16 KiB, and about 1 MiB together.
     */
    preferences: {
        [key: string]: unknown;
    };
    /**
     * At most 200, the last changed first, without `data`.
     */
    projects: Array<ProjectSummary>;
    serverTime: Timestamp;
    /**
     * At most 50, the last changed first, and about 1 MiB. `GET /api/chat/sessions` has all.
     */
    sessions: Array<ChatSession>;
    user: User;
};

/**
 * A mutation.
 */
export type SyncMutation = {
    /**
     * The revision from which the change was made. 0 for a new row. A put of a chat without it replaces whatever is stored; with it, a chat whose title,
     * project or metadata are newer is a conflict. Assets and messages don't need it.
     */
    baseRevision?: number | null;
    /**
     * A mutation of an unknown collection is `rejected` with `unknown_collection`.
     */
    collection: string;
    /**
     * The number of the mutation: 1 for a client's first, then one more each.
     */
    id: number;
    /**
     * The row's id. For a message that is not stored yet, its temporary id.
     */
    key: string;
    op: SyncOp;
    value?: FreeJson | null;
};

export type SyncOp = 'put' | 'delete';

/**
 * The stored outcomes of a client's mutations.
 */
export type SyncOutcomes = {
    /**
     * The highest number with an outcome; 0 without one.
     */
    answered: number;
    /**
     * In order of their numbers, without gaps from `from` on, at most 500. Those that changed a row are `duplicate`. A conflict has no `server`, and
     * only results of stored rows have a `key`.
     */
    results: Array<SyncResult>;
};

/**
 * A question for the outcomes of a client's mutations.
 */
export type SyncOutcomesRequest = {
    /**
     * The `clientId` of the pushes.
     */
    clientId: string;
    /**
     * Closes the `clientId`: later pushes under it are refused with `mutation_gap`. What has no outcome then is not stored and can't be stored any
     * more, so it may be sent under a new `clientId`.
     */
    close?: boolean;
    /**
     * The number of the first mutation.
     */
    from: number;
};

/**
 * A page of changed rows.
 */
export type SyncPage = {
    changes: Array<SyncChange>;
    /**
     * The cursor of the next page. Save it together with the changes.
     */
    cursor: string;
    epoch: string;
    /**
     * True if there are more changes now.
     */
    hasMore: boolean;
    serverTime: Timestamp;
    /**
     * The wanted collections that the server does not know, 50 at most. They are left out of the changes.
     */
    unknownCollections: Array<string>;
    /**
     * The number of unknown collections that `unknownCollections` does not name.
     */
    unknownCollectionsOmitted?: number;
};

/**
 * A repository that the application pulls from and pushes to.
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

/**
 * A push and a pull.
 */
export type SyncRequest = {
    /**
     * The name under which the device numbers its mutations. A new one begins at 1.
     */
    clientId: string;
    /**
     * The collections to pull. Without it, all that sync. Unknown names are left out and named in the answer.
     */
    collections?: Array<string> | null;
    /**
     * The `cursor` of the page before. Without it, the pull starts from the beginning.
     */
    cursor?: string | null;
    /**
     * The most changes of the page, 1 to 200.
     */
    limit?: number | null;
    /**
     * The most bytes of the page, about; 4 MiB without it. Unlike a pull's, the page of a push never exceeds it for the sake of one large row, so that
     * results don't wait for the row: with 0, no changes are read.
     */
    maxBytes?: number | null;
    /**
     * At most 500, in order of their numbers.
     */
    mutations?: Array<SyncMutation>;
    /**
     * The version of the wire format: 2. The server does not use it yet.
     */
    schemaVersion?: number | null;
};

/**
 * The results of a push, and a page of changed rows.
 */
export type SyncResponse = {
    /**
     * The rows that changed since the cursor, including those that this push changed.
     */
    changes: Array<SyncChange>;
    /**
     * The cursor of the next page. Save it together with the changes.
     */
    cursor: string;
    epoch: string;
    /**
     * True if there are more changes now.
     */
    hasMore: boolean;
    /**
     * One result for each mutation, in their order.
     */
    results: Array<SyncResult>;
    serverTime: Timestamp;
    /**
     * The wanted collections that the server does not know, 50 at most. They are left out of the changes.
     */
    unknownCollections: Array<string>;
    /**
     * The number of unknown collections that `unknownCollections` does not name.
     */
    unknownCollectionsOmitted?: number;
};

/**
 * The result of one mutation.
 */
export type SyncResult = {
    error: Rejected | null;
    id: number;
    /**
     * The row's id now. It replaces the temporary id of a message.
     */
    key: string;
    /**
     * The row's revision. Null if the mutation was not applied.
     */
    revision: number | null;
    server: SyncChange | null;
    /**
     * True if there is a stored row that does not fit into the answer: read it with `GET /api/sync/row`. The first row of an answer always fits.
     */
    serverOmitted?: boolean;
    status: SyncStatus;
};

/**
 * The status of a mutation.
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
 * A link of a tag and a rule.
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
     * A JWT for `Authorization: Bearer`, valid for ten minutes.
     */
    token: string;
};

export type UnlinkAccountRequest = {
    /**
     * `id` or `accountId` of an account in `list-accounts`. Required without `providerId`.
     */
    accountId?: string | null;
    providerId?: string | null;
};

/**
 * Changes of an asset. Absent members stay as they are. The last write wins.
 */
export type UpdateAssetRequest = {
    fileName?: string | null;
    height?: number | null;
    /**
     * Null removes the asset from its project.
     */
    projectId?: string | null;
    width?: number | null;
};

/**
 * A change of an assistant. Absent members stay as they are.
 */
export type UpdateAssistantRequest = {
    /**
     * Each has 1 to 50 characters.
     */
    category?: Array<string> | null;
    /**
     * Required in a new assistant.
     */
    desc?: string | null;
    /**
     * At most 10 units of UTF-16. 🤖 by default.
     */
    emoji?: string | null;
    /**
     * Whether others may read it once it is published. False by default.
     */
    isPublic?: boolean | null;
    /**
     * The id of this write. A repeat has no second effect and gets the same answer.
     */
    mutationId?: string | null;
    /**
     * Required in a new assistant.
     */
    prompt?: string | null;
    status?: AssistantStatus | null;
    /**
     * Each has 1 to 50 characters.
     */
    tags?: Array<string> | null;
    /**
     * Required in a new assistant.
     */
    title?: string | null;
    /**
     * The version that the change was made from. The header `If-Match` may replace it.
     */
    version?: number | null;
};

/**
 * Changes of a session. Absent members stay as they are.
 */
export type UpdateSessionRequest = {
    metadata?: FreeJson | null;
    /**
     * Null removes the session from its project.
     */
    projectId?: string | null;
    title?: string | null;
};

/**
 * Changes of the profile. Absent members stay as they are. The email address comes from the provider and can't be changed.
 */
export type UpdateUserRequest = {
    /**
     * The https URL of a picture. Null removes it.
     */
    image?: string | null;
    name?: string | null;
};

/**
 * The state of the upload. Devices also have `uploading`, which the server does not store.
 */
export type UploadStatus = 'pending' | 'completed' | 'failed';

/**
 * A user.
 */
export type User = {
    createdAt: Timestamp;
    email: string;
    /**
     * True if a provider has verified the address.
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

/**
 * A sequence of prompts.
 */
export type Workflow = {
    createdAt?: Timestamp | null;
    /**
     * The steps in another form of the application's: JSON, or text with JSON.
     */
    definition?: unknown;
    description?: string | null;
    id: string;
    name: string;
    /**
     * The steps, in their order.
     */
    steps?: Array<FreeJson> | null;
    updatedAt?: Timestamp | null;
    [key: string]: unknown;
};

/**
 * The state of the row after the write.
 */
export type WrittenRowResponse = {
    id: string;
    /**
     * The `baseRevision` of the next write.
     */
    revision: number;
    updatedAt: Timestamp;
};

export type ListAuditData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The id of the user who acted.
         */
        actor?: string;
        /**
         * `noun.verb`, such as `assistant.update` or `session.begin`.
         */
        action?: string;
        /**
         * The noun.
         */
        entity?: string;
        entityId?: string;
        /**
         * The first moment.
         */
        since?: string;
        /**
         * The moment after the last one.
         */
        until?: string;
        /**
         * The maximal number of entries: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the previous page.
         */
        cursor?: string;
    };
    url: '/api/admin/audit';
};

export type ListAuditErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: the caller is no administrator.
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

export type ListAuditError = ListAuditErrors[keyof ListAuditErrors];

export type ListAuditResponses = {
    /**
     * A page of entries.
     */
    200: AuditPage;
};

export type ListAuditResponse = ListAuditResponses[keyof ListAuditResponses];

export type GetStatsData = {
    body?: never;
    path?: never;
    query?: never;
    url: '/api/admin/stats';
};

export type GetStatsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: the caller is no administrator.
     */
    404: Problem;
    /**
     * `rate_limited`: too many requests; `Retry-After` says when there is room again.
     */
    429: Problem;
    /**
     * Any other error: 500 `internal`, 503 `database_unavailable` or `busy` (with Retry-After), 504 `timeout`.
     */
    default: Problem;
};

export type GetStatsError = GetStatsErrors[keyof GetStatsErrors];

export type GetStatsResponses = {
    /**
     * The counts.
     */
    200: Counts;
};

export type GetStatsResponse = GetStatsResponses[keyof GetStatsResponses];

export type ListAssetsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Only assets of this project.
         */
        projectId?: string;
        /**
         * The maximal number of items: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the previous page.
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
     * A page of assets.
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
     * `not_found`: no upload is registered under this id.
     */
    404: Problem;
    /**
     * `asset_deleted`, or `id_conflict`: another upload is registered under this id.
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
     * `validation_failed`. At `/id` `not_uploaded`: no bytes were uploaded yet. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes differ from the description, and the asset is failed. At `/size` `too_large`: the type of the bytes has a smaller limit than the declared one, and the asset is failed.
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
     * The asset was completed before.
     */
    200: Asset;
    /**
     * Completed.
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
     * `quota_exceeded`: with `used` and `allowed`. `payload_too_large`: a file exceeds the maximal size. Nothing was registered.
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
     * A link or an error for each file.
     */
    200: PresignResponse;
};

export type PresignAssetsResponse = PresignAssetsResponses[keyof PresignAssetsResponses];

export type DeleteAssetData = {
    body?: never;
    path: {
        /**
         * The asset.
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
         * The asset.
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
     * The asset.
     */
    200: Asset;
};

export type GetAssetResponse = GetAssetResponses[keyof GetAssetResponses];

export type UpdateAssetData = {
    body: UpdateAssetRequest;
    path: {
        /**
         * The asset.
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
     * The changed asset.
     */
    200: Asset;
};

export type UpdateAssetResponse = UpdateAssetResponses[keyof UpdateAssetResponses];

export type GetAssetContentData = {
    body?: never;
    path: {
        /**
         * The asset.
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
         * The asset.
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
         * The asset.
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
     * Aborted.
     */
    204: void;
};

export type AbortMultipartResponse = AbortMultipartResponses[keyof AbortMultipartResponses];

export type GetMultipartData = {
    body?: never;
    path: {
        /**
         * The asset.
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
     * The upload, with new links for the missing parts.
     */
    200: Multipart;
};

export type GetMultipartResponse = GetMultipartResponses[keyof GetMultipartResponses];

export type BeginMultipartData = {
    /**
     * The description of the file. Optional where the upload was registered before.
     */
    body?: AssetRequest | null;
    path: {
        /**
         * The asset.
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
     * `quota_exceeded`: with `used` and `allowed`. `payload_too_large`: the file exceeds the maximal size.
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
         * The asset.
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
     * `validation_failed`. At `/id` `not_uploaded`: parts are missing. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes differ from the description, and the asset is failed. At `/size` `too_large`: the type of the bytes has a smaller limit than the declared one, and the asset is failed.
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
     * The asset was completed before.
     */
    200: Asset;
    /**
     * Completed.
     */
    201: Asset;
};

export type CompleteMultipartResponse = CompleteMultipartResponses[keyof CompleteMultipartResponses];

export type ListAssistantsData = {
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
         * Whose assistants are listed.
         */
        scope?: 'mine' | 'public' | 'review';
        /**
         * The state of an assistant between its owner and the reviewers.
         */
        status?: 'draft' | 'pending' | 'published' | 'rejected';
        /**
         * Words of title, description and tags. Each may be the beginning of a word. At most 100 characters.
         */
        search?: string;
        /**
         * The exact name of an author.
         */
        author?: string;
        /**
         * From 1 on. A list shows at most 10,000 assistants on all its pages.
         */
        page?: number;
        /**
         * At most 100.
         */
        pageSize?: number;
    };
    url: '/api/assistants';
};

export type ListAssistantsErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `forbidden`: the scope `review` is for administrators.
     */
    403: Problem;
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

export type ListAssistantsError = ListAssistantsErrors[keyof ListAssistantsErrors];

export type ListAssistantsResponses = {
    /**
     * A page of assistants.
     */
    200: AssistantPage;
};

export type ListAssistantsResponse = ListAssistantsResponses[keyof ListAssistantsResponses];

export type CreateAssistantData = {
    body: CreateAssistantRequest;
    path?: never;
    query?: never;
    url: '/api/assistants';
};

export type CreateAssistantErrors = {
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
     * `revision_conflict`: an own assistant has this id, or a deleted one this tempId; `server` is that assistant. `id_conflict`: another user's has the id, another content the tempId, or another request the mutationId.
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

export type CreateAssistantError = CreateAssistantErrors[keyof CreateAssistantErrors];

export type CreateAssistantResponses = {
    /**
     * The stored assistant with this `tempId`.
     */
    200: Assistant;
    /**
     * Created.
     */
    201: Assistant;
};

export type CreateAssistantResponse = CreateAssistantResponses[keyof CreateAssistantResponses];

export type DeleteAssistantData = {
    /**
     * Optional.
     */
    body?: DeleteAssistantRequest | null;
    headers?: {
        /**
         * The ETag of the version, in place of `version`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/assistants/{id}';
};

export type DeleteAssistantErrors = {
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
     * `revision_conflict`: another version is stored; `server` is that assistant. `id_conflict`: the mutationId is in use for another request.
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

export type DeleteAssistantError = DeleteAssistantErrors[keyof DeleteAssistantErrors];

export type DeleteAssistantResponses = {
    /**
     * Deleted.
     */
    204: void;
};

export type DeleteAssistantResponse = DeleteAssistantResponses[keyof DeleteAssistantResponses];

export type GetAssistantData = {
    body?: never;
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/assistants/{id}';
};

export type GetAssistantErrors = {
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

export type GetAssistantError = GetAssistantErrors[keyof GetAssistantErrors];

export type GetAssistantResponses = {
    /**
     * The assistant.
     */
    200: Assistant;
};

export type GetAssistantResponse = GetAssistantResponses[keyof GetAssistantResponses];

export type UpdateAssistantData = {
    body: UpdateAssistantRequest;
    headers?: {
        /**
         * The ETag of the version, in place of `version`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/assistants/{id}';
};

export type UpdateAssistantErrors = {
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
     * `revision_conflict`: another version is stored; `server` is that assistant. `id_conflict`: the mutationId is in use for another request.
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

export type UpdateAssistantError = UpdateAssistantErrors[keyof UpdateAssistantErrors];

export type UpdateAssistantResponses = {
    /**
     * Stored.
     */
    200: Assistant;
};

export type UpdateAssistantResponse = UpdateAssistantResponses[keyof UpdateAssistantResponses];

export type ReviewAssistantData = {
    body: ReviewRequest;
    headers?: {
        /**
         * The ETag of the version, in place of `version`.
         */
        'If-Match'?: string | null;
    };
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/assistants/{id}/status';
};

export type ReviewAssistantErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `forbidden`: the caller is no administrator.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `revision_conflict`: another version is stored; `server` is that assistant.
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

export type ReviewAssistantError = ReviewAssistantErrors[keyof ReviewAssistantErrors];

export type ReviewAssistantResponses = {
    /**
     * The reviewed assistant.
     */
    200: Assistant;
};

export type ReviewAssistantResponse = ReviewAssistantResponses[keyof ReviewAssistantResponses];

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
         * The secret of the sign-in.
         */
        state?: string;
        code?: string;
        /**
         * The provider's error code.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT. `session_not_fresh`: the sign-in was too long ago.
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
     * The user is deleted.
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
     * The page's origin is not allowed.
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
     * Signed in. The cookie is set.
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
     * The session and its user, or null.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT. `session_not_fresh`: the sign-in was too long ago.
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
     * The URL of the provider's sign-in page.
     */
    200: ProviderRedirect;
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
     * The accounts, oldest first.
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
     * The living sessions.
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
     * The providers, and whether there is the development sign-in.
     */
    200: SignInMethods;
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.
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
     * All other sessions have ended.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.
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
     * The session has ended.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.
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
     * All sessions have ended.
     */
    200: Done;
};

export type RevokeSessionsResponse = RevokeSessionsResponses[keyof RevokeSessionsResponses];

export type SignInCodeData = {
    body: CodeRequest;
    path?: never;
    query?: never;
    url: '/api/auth/sign-in/code';
};

export type SignInCodeErrors = {
    /**
     * `malformed_json` or `bad_request`: the body can't be read.
     */
    400: Problem;
    /**
     * The page's origin is not allowed.
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

export type SignInCodeError = SignInCodeErrors[keyof SignInCodeErrors];

export type SignInCodeResponses = {
    /**
     * Signed in.
     */
    200: SignedIn;
};

export type SignInCodeResponse = SignInCodeResponses[keyof SignInCodeResponses];

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
     * The page's origin is not allowed.
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
     * The URL of the provider's sign-in page.
     */
    200: ProviderRedirect;
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.
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
     * The session has ended.
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
     * `session_required`: the caller has a JWT.
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

export type GetTokenError = GetTokenErrors[keyof GetTokenErrors];

export type GetTokenResponses = {
    /**
     * Signed with EdDSA. `sub` is the user's id, `sid` the session's.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT. `session_not_fresh`: the sign-in was too long ago.
     */
    403: Problem;
    /**
     * `not_found`: there is no such account.
     */
    404: Problem;
    /**
     * `last_account`: it is the last account.
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
     * Unlinked.
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
     * `origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.
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
     * Changed.
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
         * The account (`id` or `accountId`), where the user has several at this provider.
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
     * `session_required`: the caller has a JWT. `session_not_fresh`: the sign-in was too long ago.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `last_account`: the user has no other account.
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
     * Unlinked.
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
     * The accounts, oldest first.
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
     * All messages are stored.
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
         * The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
         */
        limit?: number;
        /**
         * The `nextCursor` of the previous page.
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
     * The stored session with this id.
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
     * The changed session.
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
         * Only messages before this `position`, the nearest ones.
         */
        before?: number;
        /**
         * Only messages after this `position`, the nearest ones.
         */
        after?: number;
        /**
         * The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
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
         * The name of the collection.
         */
        collection: string;
    };
    query?: {
        /**
         * `1` includes deleted rows.
         */
        includeDeleted?: number;
        /**
         * The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
         */
        limit?: number;
        /**
         * The `nextCursor` of the previous page.
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
     * Optional.
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
         * The name of the collection.
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
     * `forbidden`: rows of this collection come from the server only, or others can't be read without this one. `origin_not_allowed`: a write with the cookie from an origin that is not allowed.
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
         * The name of the collection.
         */
        collection: string;
        /**
         * The row.
         */
        id: string;
    };
    query?: {
        /**
         * `1` includes a deleted row.
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
         * The name of the collection.
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
     * `forbidden`: rows of this collection come from the server only. `origin_not_allowed`: a write with the cookie from an origin that is not allowed.
     */
    403: Problem;
    /**
     * `not_found`: there is no such thing, or it is someone else's.
     */
    404: Problem;
    /**
     * `revision_conflict`: another revision is stored; `server` is that row, or null without one. `duplicate_name`: `server` is the other row. `id_conflict`: the mutationId is in use for another request.
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
     * `validation_failed`: `errors` lists all errors; `unknown_reference`: a required row is not stored. `secret_in_clear`: seal it or keep it on the device.
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

export type ListCompatAssistantsData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * Whose assistants are listed.
         */
        scope?: 'mine' | 'public' | 'review';
        /**
         * The state of an assistant between its owner and the reviewers.
         */
        status?: 'draft' | 'pending' | 'published' | 'rejected';
        /**
         * Words of title, description and tags. Each may be the beginning of a word. At most 100 characters.
         */
        search?: string;
        /**
         * The exact name of an author.
         */
        author?: string;
        /**
         * From 1 on. A list shows at most 10,000 assistants on all its pages.
         */
        page?: number;
        /**
         * At most 100.
         */
        pageSize?: number;
    };
    url: '/api/compat/assistants';
};

export type ListCompatAssistantsErrors = {
    /**
     * The query is not valid.
     */
    400: RefusedEnvelope;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `forbidden`: the scope `review` is for administrators.
     */
    403: Problem;
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

export type ListCompatAssistantsError = ListCompatAssistantsErrors[keyof ListCompatAssistantsErrors];

export type ListCompatAssistantsResponses = {
    /**
     * A page.
     */
    200: EnvelopeFlatPage;
};

export type ListCompatAssistantsResponse = ListCompatAssistantsResponses[keyof ListCompatAssistantsResponses];

export type CreateCompatAssistantData = {
    body: CompatAssistant;
    path?: never;
    query?: never;
    url: '/api/compat/assistants';
};

export type CreateCompatAssistantErrors = {
    /**
     * The body is not valid.
     */
    400: RefusedEnvelope;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * Another assistant has this `tempId`, with other content, or it was deleted.
     */
    409: RefusedEnvelope;
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

export type CreateCompatAssistantError = CreateCompatAssistantErrors[keyof CreateCompatAssistantErrors];

export type CreateCompatAssistantResponses = {
    /**
     * The stored assistant with this `tempId`.
     */
    200: EnvelopeAssistant;
    /**
     * Created.
     */
    201: EnvelopeAssistant;
};

export type CreateCompatAssistantResponse = CreateCompatAssistantResponses[keyof CreateCompatAssistantResponses];

export type DeleteCompatAssistantData = {
    body?: never;
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/compat/assistants/{id}';
};

export type DeleteCompatAssistantErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * There is no such assistant of the caller.
     */
    404: RefusedEnvelope;
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

export type DeleteCompatAssistantError = DeleteCompatAssistantErrors[keyof DeleteCompatAssistantErrors];

export type DeleteCompatAssistantResponses = {
    /**
     * Deleted.
     */
    200: EnvelopeDeletedAssistant;
};

export type DeleteCompatAssistantResponse = DeleteCompatAssistantResponses[keyof DeleteCompatAssistantResponses];

export type GetCompatAssistantData = {
    body?: never;
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/compat/assistants/{id}';
};

export type GetCompatAssistantErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * There is no such assistant.
     */
    404: RefusedEnvelope;
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

export type GetCompatAssistantError = GetCompatAssistantErrors[keyof GetCompatAssistantErrors];

export type GetCompatAssistantResponses = {
    /**
     * The assistant.
     */
    200: EnvelopeAssistant;
};

export type GetCompatAssistantResponse = GetCompatAssistantResponses[keyof GetCompatAssistantResponses];

export type UpdateCompatAssistantData = {
    body: CompatAssistant;
    path: {
        /**
         * The assistant.
         */
        id: string;
    };
    query?: never;
    url: '/api/compat/assistants/{id}';
};

export type UpdateCompatAssistantErrors = {
    /**
     * The body is not valid.
     */
    400: RefusedEnvelope;
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `origin_not_allowed`: a cookie write from a foreign page.
     */
    403: Problem;
    /**
     * There is no such assistant of the caller.
     */
    404: RefusedEnvelope;
    /**
     * Another version is stored.
     */
    409: RefusedEnvelope;
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

export type UpdateCompatAssistantError = UpdateCompatAssistantErrors[keyof UpdateCompatAssistantErrors];

export type UpdateCompatAssistantResponses = {
    /**
     * Stored.
     */
    200: EnvelopeAssistant;
};

export type UpdateCompatAssistantResponse = UpdateCompatAssistantResponses[keyof UpdateCompatAssistantResponses];

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
         * Names of collections, separated by commas. Without it, all.
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
     * The running import.
     */
    200: ImportProgress | null;
};

export type GetImportResponse = GetImportResponses[keyof GetImportResponses];

export type ImportDocumentData = {
    body: ExportDocument;
    path?: never;
    query?: {
        /**
         * What happens to rows that the document does not name: `merge` leaves them unchanged, `replace` deletes them in the collections that the
         * document has.
         */
        mode?: ImportMode;
        /**
         * 1: report what would happen, without a change.
         */
        dryRun?: number;
        /**
         * 1: nothing is mended, and nothing is imported if a row can't be.
         */
        strict?: number;
        /**
         * Names of collections, separated by commas. Others in the document are ignored. Without it, all are imported.
         */
        include?: string;
        /**
         * The id of this import. A repeat has no second effect and gets the same answer.
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
     * `validation_failed`, `secret_in_clear`: the document has no known collection, or (`strict`) rows that can't be imported. Nothing was stored.
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
     * The counts of changed rows, or of the rows that would change. Some rows may be skipped.
     */
    200: ImportReport;
};

export type ImportDocumentResponse = ImportDocumentResponses[keyof ImportDocumentResponses];

export type ListMediaData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The maximal number of items: 1 to 200.
         */
        limit?: number;
        /**
         * The `nextCursor` of the previous page.
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
     * A page of assets.
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
     * `invalid_media`: a media type that is not allowed, an empty file, bytes of another type, or a malformed form. `bad_request`: the body is incomplete.
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
     * `unsupported_media_type`: the body is not multipart/form-data, or it is compressed.
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
     * `upload_failed`: the object storage refused the upload.
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
     * The stored asset with this id.
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
         * The asset.
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
         * The asset.
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
     * The asset.
     */
    200: MediaAsset;
};

export type GetMediaResponse = GetMediaResponses[keyof GetMediaResponses];

export type GetMediaContentData = {
    body?: never;
    path: {
        /**
         * The asset.
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
         * `1` includes deleted projects.
         */
        includeDeleted?: number;
        /**
         * The cursor in the header `Link` of the previous page.
         */
        cursor?: string;
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
     * The stored project with this id.
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
     * Optional.
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
         * `1` includes deleted projects.
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
     * `revision_conflict`: another revision is stored; `server` is that project, or null without one. `id_conflict`: the mutationId is in use for another request.
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
     * `{project, conversations, interactions, children}`, where `children` has such a document for each project directly below it.
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
     * `resync_required`: the cursor can't be continued. `reason` says why. Mutations may be stored already: send them again unchanged, they have no second effect.
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
     * The results of the mutations, and a page of changes.
     */
    200: SyncResponse;
};

export type SyncResponse2 = SyncResponses[keyof SyncResponses];

export type SyncChangesData = {
    body?: never;
    path?: never;
    query?: {
        /**
         * The `cursor` of the page before. Without it, the pull starts from the beginning.
         */
        cursor?: string;
        /**
         * Names of collections, separated by commas. Without it, all that sync. Unknown names are left out and named in the answer.
         */
        collections?: string;
        /**
         * The most rows of the page, 1 to 200.
         */
        limit?: number;
        /**
         * The most bytes of the page, about. A first row that is larger is a page of its own.
         */
        maxBytes?: number;
    };
    url: '/api/sync/changes';
};

export type SyncChangesErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `resync_required`: the cursor can't be continued. `reason` says why.
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
         * The `id` of the last received event.
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
     * `rate_limited`, also with the `reason` `streams`: the user has as many open streams as one user may have.
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
     * A stream of events without an end.
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
         * The chat session whose messages to include. The default is the session that changed last.
         */
        currentSessionId?: string;
        /**
         * The number of its newest messages, 1 to 200.
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
     * The snapshot.
     */
    200: SyncInitResponse;
};

export type SyncInitResponse2 = SyncInitResponses[keyof SyncInitResponses];

export type SyncOutcomesData = {
    body: SyncOutcomesRequest;
    path?: never;
    query?: never;
    url: '/api/sync/outcomes';
};

export type SyncOutcomesErrors = {
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

export type SyncOutcomesError = SyncOutcomesErrors[keyof SyncOutcomesErrors];

export type SyncOutcomesResponses = {
    /**
     * The stored outcomes.
     */
    200: SyncOutcomes;
};

export type SyncOutcomesResponse = SyncOutcomesResponses[keyof SyncOutcomesResponses];

export type SyncRowData = {
    body?: never;
    path?: never;
    query: {
        /**
         * A collection that syncs.
         */
        collection: string;
        /**
         * The row's id.
         */
        key: string;
    };
    url: '/api/sync/row';
};

export type SyncRowErrors = {
    /**
     * `unauthenticated`: no session, or one that has ended.
     */
    401: Problem;
    /**
     * `not_found`: no such row was ever stored.
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

export type SyncRowError = SyncRowErrors[keyof SyncRowErrors];

export type SyncRowResponses = {
    /**
     * The row.
     */
    200: SyncChange;
};

export type SyncRowResponse = SyncRowResponses[keyof SyncRowResponses];

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
     * It is not; `checks` says what does not answer within 2 s.
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
     * It is ready.
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
