import type { Text, Time } from './columns.ts'

/** Tables of organisations that publish, what they say about themselves, and how it was checked. */
export type DeveloperTables = {
  /** What stops an organisation from publishing until a person has looked. Rows are ended, never changed back. */
  developer_holds: {
    id: Text
    workspace_id: Text
    developer_id: Text
    /** `party-check` or `operator`. */
    cause: Text
    /** Check that it came from. */
    check_id: Text | null
    /** What the organisation was told. */
    facts: Text
    redress: Text
    placed_by: Text
    at: Time
    /** Until when a person looks. */
    look_by: Time
    /** What the organisation says against it. */
    appeal: Text | null
    appealed_by: Text | null
    appealed_at: Time | null
    /** What was answered to the appeal, where the hold stayed. */
    answer: Text | null
    answered_by: Text | null
    answered_at: Time | null
    released_at: Time | null
    released_by: Text | null
    release_reason: Text | null
  }
  /** Whom an organisation wants to be told. The code that proves an address is kept as a hash. */
  developer_contacts: {
    id: Text
    workspace_id: Text
    developer_id: Text
    purpose: 'legal' | 'security' | 'support'
    email: Text
    created_by: Text
    created_at: Time
    code_hash: Text | null
    code_sent_at: Time | null
    code_expires_at: Time | null
    /** Codes sent since the day began in which the first of them was sent. */
    codes_sent: number
    codes_since: Time | null
    /** Wrong codes since the last one was sent. */
    attempts: number
    verified_at: Time | null
    /** Until when that counts. */
    verified_until: Time | null
    removed_at: Time | null
  }
}
