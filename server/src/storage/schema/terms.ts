import type { Text, Time } from './columns.ts'

/** Tables of editions of documents, their changes, who accepted them. */
export type TermsTables = {
  /** The same edition in other languages, to help readers. */
  edition_texts: { workspace_id: Text; edition_id: Text; language: Text; title: Text; body: Text; sha256: Text }
  /** Changes of documents. What state one is in follows from its times. */
  terms_changes: {
    id: Text
    workspace_id: Text
    document: Text
    title: Text
    language: Text
    body: Text
    sha256: Text
    /** JSON array of texts in other languages. */
    translations: Text
    /** Digest of the edition that it was compared with; null: the document is new. */
    base_sha256: Text | null
    class: Text | null
    justification: Text | null
    drafted_by: Text
    drafted_at: Time
    posted_by: Text | null
    posted_at: Time | null
    edition_id: Text | null
    label: Text | null
    effective_at: Time | null
    withdrawn_by: Text | null
    withdrawn_at: Time | null
    withdrawn_because: Text | null
  }
  /** Connectors that were still available when a change took effect, after its notice had been served. */
  deemed_acceptances: {
    id: Text
    workspace_id: Text
    connector_id: Text
    developer_id: Text
    change_id: Text
    edition_id: Text
    document: Text
    sha256: Text
    served_at: Time
    /** From when it binds; `at` is when it was written down. */
    due_at: Time
    at: Time
  }
  /** What a developer said about a change that is to come, before publishing a release. */
  terms_choices: {
    id: Text
    workspace_id: Text
    connector_id: Text
    developer_id: Text
    change_id: Text
    choice: 'accept' | 'wait'
    user_id: Text
    at: Time
  }
  /** Documents of the bundle that are signed between the operator and one developer. */
  amendments: {
    id: Text
    workspace_id: Text
    developer_id: Text
    /** Null: for all connectors of the developer. */
    connector_id: Text | null
    title: Text
    body: Text
    sha256: Text
    proposed_by: Text
    proposed_at: Time
    signed_by: Text | null
    signed_at: Time | null
    /** Where the person who signed it came from. */
    address: Text | null
    withdrawn_by: Text | null
    withdrawn_at: Time | null
  }
}
