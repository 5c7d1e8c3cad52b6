/**
 * The words of the Model Context Protocol that both hops share: revisions, metadata keys, headers and error codes.
 * "Modern" is revision 2026-07-28 and later (no handshake, metadata in every request); "legacy" is what came before it.
 */
export type Era = 'modern' | 'legacy'

/** Revisions spoken on either side, newest first. */
export const MODERN_VERSIONS = ['2026-07-28'] as const
export const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18'] as const
export const LATEST_MODERN = MODERN_VERSIONS[0]
export const LATEST_LEGACY = LEGACY_VERSIONS[0]

/** Revisions that a legacy connector may answer with; the oldest two differ in nothing that a tool call needs. */
export const LEGACY_CLIENT_VERSIONS = [...LEGACY_VERSIONS, '2025-03-26', '2024-11-05'] as const

/** What a legacy request without a version header is taken to speak (2025-11-25 basic/transports, protocol version header). */
export const ASSUMED_LEGACY_VERSION = '2025-03-26'

/** Reserved keys of `_meta` (2026-07-28 basic). */
export const META_PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion'
export const META_CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
export const META_CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'
export const META_LOG_LEVEL = 'io.modelcontextprotocol/logLevel'
export const META_SERVER_INFO = 'io.modelcontextprotocol/serverInfo'
export const META_SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId'
export const META_RELATED_TASK = 'io.modelcontextprotocol/related-task'

/** HTTP headers in lower case, as node:http shows them. */
export const HEADER_VERSION = 'mcp-protocol-version'
export const HEADER_METHOD = 'mcp-method'
export const HEADER_NAME = 'mcp-name'
export const HEADER_PARAM_PREFIX = 'mcp-param-'
export const HEADER_SESSION = 'mcp-session-id'

/** JSON-RPC error codes: the standard ones, then those of MCP. */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
/** Modern, HTTP 400: a header is missing or differs from the body. */
export const HEADER_MISMATCH = -32020
/** Modern, HTTP 400: the request needs a client capability that was not declared. */
export const MISSING_CAPABILITY = -32021
/** Modern, HTTP 400: the revision is not spoken here; `data.supported` names those that are. */
export const UNSUPPORTED_VERSION = -32022
/** Legacy only; never sent to a modern peer. */
export const LEGACY_RESOURCE_NOT_FOUND = -32002
/** 2025-11-25 only: the user has to visit a page before this can work. */
export const URL_ELICITATION_REQUIRED = -32042

/** Levels of log messages (RFC 5424), from the least to the most severe. */
export const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const

/** Whether a message of this level is heard by who asked for `wanted` and above. */
export function isAtLeast(level: string, wanted: string): boolean {
  return (LOG_LEVELS as readonly string[]).indexOf(level) >= (LOG_LEVELS as readonly string[]).indexOf(wanted)
}

/** Modern results say which shape they have; an older peer says nothing, which means complete. */
export const RESULT_COMPLETE = 'complete'
export const RESULT_INPUT_REQUIRED = 'input_required'

/**
 * True for `_meta` keys that the specification keeps for itself: the second label of the prefix is `modelcontextprotocol` or `mcp`.
 * Such keys describe one hop and are never passed to the next one.
 */
export function isReservedMetaKey(key: string): boolean {
  const slash = key.indexOf('/')
  if (slash <= 0) return false
  const second = key.slice(0, slash).split('.')[1]
  return second === 'modelcontextprotocol' || second === 'mcp'
}
