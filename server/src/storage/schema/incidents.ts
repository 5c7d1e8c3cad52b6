import type { Flag, Text, Time } from './columns.ts'

/** Tables of breach reports, complaints, feedback and holds. What people wrote is sealed; states are computed from events. */
export type IncidentTables = {
  incidents: {
    id: Text
    workspace_id: Text
    kind: Text
    source: Text
    connector_id: Text | null
    developer_id: Text | null
    /** Empty: nobody with an account. */
    reporter_id: Text
    sealed: Text
    aware_at: Time
    from_at: Time | null
    to_at: Time | null
    created_at: Time
  }
  incident_events: {
    id: Text
    workspace_id: Text
    incident_id: Text
    kind: Text
    /** JSON of ids and codes. */
    facts: Text
    sealed: Text | null
    by_id: Text
    at: Time
  }
  complaints: {
    id: Text
    workspace_id: Text
    kind: Text
    connector_id: Text | null
    developer_id: Text | null
    call_id: Text | null
    /** What was explained, and by whom. */
    sealed: Text
    /** Canonical JSON of what stood when it came. */
    evidence: Text
    evidence_sha256: Text
    decide_by: Time
    created_at: Time
  }
  complaint_events: {
    id: Text
    workspace_id: Text
    complaint_id: Text
    kind: Text
    facts: Text
    sealed: Text | null
    by_id: Text
    at: Time
  }
  /** Answers that nobody is shown any more, since a complaint about them was upheld. */
  answer_blocks: { call_id: Text; workspace_id: Text; complaint_id: Text; at: Time; lifted_at: Time | null; lifted_by: Text | null }
  feedback: {
    id: Text
    workspace_id: Text
    /** Who wrote it; emptied when that person is erased and it may be used freely. */
    author_id: Text
    developer_id: Text | null
    connector_id: Text | null
    /** JSON of the text and its answer. */
    sealed: Text
    freely_usable: Flag
    state: Text
    created_at: Time
    answered_at: Time | null
    answered_by: Text | null
  }
  legal_holds: {
    id: Text
    workspace_id: Text
    subject: Text
    ground: Text
    sealed: Text
    placed_by: Text
    at: Time
    until_at: Time
    lifted_at: Time | null
    lifted_by: Text | null
  }
  self_assessments: { id: Text; workspace_id: Text; developer_id: Text; connector_id: Text; answers: Text; sha256: Text; by_id: Text; at: Time }
  /** What was found at /.well-known/security.txt of a connector, last time. */
  security_txt_looks: {
    connector_id: Text
    workspace_id: Text
    url: Text
    state: Text
    detail: Text | null
    /** JSON array. */
    contacts: Text
    expires_at: Time | null
    looked_at: Time
  }
}
