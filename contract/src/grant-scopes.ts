/**
 * What a person can let an assistant do, in few words. `connectors:write` includes reading: what changes something tells what it changed.
 * Both stay within what the person enabled, and calls that need a yes still need it.
 */
export const grantScopes = ['connectors:read', 'connectors:write'] as const
export type GrantScope = (typeof grantScopes)[number]

/** Each scope as a person reads it. */
export const grantScopeWords: Readonly<Record<GrantScope, string>> = {
  'connectors:read': 'See which tools you enabled and read with them',
  'connectors:write': 'Change things with them; you are still asked where a call needs your yes',
}

/** How an assistant came to be known here. */
export const assistantKinds = ['token', 'registered', 'document', 'dynamic'] as const
export type AssistantKind = (typeof assistantKinds)[number]
