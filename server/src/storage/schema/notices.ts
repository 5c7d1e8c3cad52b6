import type { Flag, Text, Time } from './columns.ts'

/** Tables of what people are told, and of the proof that they were told. */
export type NoticeTables = {
  /** A notice to one recipient, exactly as it was written. It is never changed; what became of it stands in its deliveries. */
  notices: {
    id: Text
    workspace_id: Text
    /** `user`, `developer`, `operator` or `outsider`. */
    recipient_kind: Text
    /** Id of the user or developer; the workspace for the operator; the address of an outsider. */
    recipient: Text
    /** Which contact of a developer it goes to. */
    purpose: Text | null
    kind: Text
    clause: Text
    /** 1: cannot be muted. */
    legal: 0 | 1
    connector_id: Text | null
    /** The id that it is about, such as a decision or an edition. */
    subject: Text
    title: Text
    body: Text
    sha256: Text
    at: Time
  }
  /** One notice on its way to one place. */
  notice_deliveries: {
    id: Text
    workspace_id: Text
    notice_id: Text
    /** `in-app`, `e-mail`, `webhook` or `post`. */
    channel: Text
    /** E-mail address, id of an account or a webhook endpoint, or the address on an envelope. */
    place: Text
    user_id: Text | null
    state: Text
    state_at: Time
    /** The date on which it counts as served. */
    served_at: Time | null
    /** 1: the recipient's own server said that it delivered. */
    firm: Flag
    created_at: Time
  }
  /** Everything that became of a delivery, in order. */
  notice_steps: { id: Text; workspace_id: Text; delivery_id: Text; state: Text; at: Time; recorded_at: Time; detail: Text | null }
  /** Exactly what was sent: a whole e-mail, or the body of a webhook. Written before it leaves. */
  notice_copies: { delivery_id: Text; workspace_id: Text; media_type: Text; content: Text; sha256: Text; at: Time }
  /** Legal notices that no address took, for an operator. */
  notice_tasks: {
    id: Text
    workspace_id: Text
    notice_id: Text
    at: Time
    closed_at: Time | null
    closed_by: Text | null
    reason: Text | null
  }
  /** Kinds of notices about which a person wants no mail. */
  notice_mutes: { workspace_id: Text; user_id: Text; kind: Text; at: Time }
  /** Programs that are told. Without a developer: the operator's own. */
  webhook_endpoints: {
    id: Text
    workspace_id: Text
    developer_id: Text | null
    url: Text
    /** JSON array of kinds; empty: all. */
    kinds: Text
    created_by: Text
    created_at: Time
    stopped_at: Time | null
    stopped_because: Text | null
  }
  /** What a webhook is signed with. A secret that was replaced signs beside the new one until its time is over. */
  webhook_secrets: { id: Text; workspace_id: Text; endpoint_id: Text; sealed: Text; created_at: Time; until: Time | null }
  /** Notices to the operator. */
  operator_letters: {
    id: Text
    workspace_id: Text
    /** `form` or `post` or `e-mail`. */
    channel: Text
    /** `user`, `developer` or `outsider`. */
    from_kind: Text
    from_user_id: Text | null
    /** Where that person lives; the letter itself belongs to the house. */
    from_workspace_id: Text | null
    from_developer_id: Text | null
    from_name: Text
    from_address: Text
    subject: Text
    body: Text
    sha256: Text
    /** The date on which it was received, which is that of its service. */
    received_at: Time
    recorded_at: Time
    recorded_by: Text
    /** `open`, `in hand`, `answered` or `closed`. */
    state: Text
    assigned_to: Text | null
    changed_at: Time
  }
  operator_letter_answers: { id: Text; workspace_id: Text; letter_id: Text; by: Text; body: Text; notice_id: Text | null; at: Time }
}
