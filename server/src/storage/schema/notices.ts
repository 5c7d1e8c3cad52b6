import type { Text, Time } from './columns.ts'

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
}
