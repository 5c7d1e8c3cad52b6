/**
 * Every clause of the terms that Handfast runs, by its id, with what it is about. A clause is kept by controls of the software, or it is text that
 * only people can keep; `handfast terms coverage` says which.
 */
export const clauses = {
  '1-protocol': 'assistants reach connectors over the connectors protocol',
  '1-choice': 'nothing is visible or callable before the user enabled it',
  '1-acceptance': 'no connector without an acceptance of the exact documents',
  '1-entity': 'the contracting entity follows the country of the developer',
  '1-behalf': 'who accepts for somebody else says for whom, and that they may',
  '1-sponsor': 'who submits the API of somebody else is named as that',
  '1-incorporated': 'the terms are a bundle of documents with editions',
  '2a-use': 'the API is used for the users who enabled the connector, and each request says why it is made',
  '2a-unmodified': 'tools and answers pass as they were reviewed and as they came',
  '2a-no-resale': 'endpoints, credentials and unpublished definitions stay with their developer',
  '2a-no-harm': 'the platform is a polite client of the API',
  '2b-minimum': 'a request carries only what the reviewed schema declares',
  '2b-basis': 'each call records on what basis the data is processed',
  '2b-provenance': 'content of one connector that flows to another is recognised',
  '2c-license': 'answers are kept and shown for the user only',
  '2c-rights': 'the developer holds the rights to the answers',
  '2c-history': 'history stays readable after the connector is gone',
  '2d-review': 'the platform reviews and tests connectors',
  '2d-remove': 'the platform refuses, blocks, pauses, suspends and removes, with a reason',
  '2d-accurate': 'what developers say about themselves is verified, again and again',
  '2e-i': 'answers and definitions that attack are found',
  '2e-ii': 'what deceives is found',
  '2e-iii': 'harmful content is judged',
  '2e-iv': 'malware and surveillance are found',
  '2e-v': 'no connector interferes with the platform or with others',
  '2e-vi': 'no training of competing models on requests',
  '2e-vii': 'children are protected',
  '2f-feedback': 'feedback is read, answered and free to use',
  '3a-developer-security': 'developers look after their security and report breaches',
  '3b-platform-security': 'credentials are sealed',
  '3b-limits': 'developers limit the use of their API',
  '3c-privacy': 'the user reads the privacy notice before data is sent',
  '4a-platform-marks': 'the marks of the operator are used by their guidelines',
  '4b-connector-marks': 'names and logos are shown as their developer supplied them',
  '5a-term': 'the terms last from the creation of the connector until they are ended',
  '5a-notice': 'either side ends them with 30 days of notice',
  '5a-immediate': 'either side ends or suspends them at once, with a ground',
  '5b-survival': 'what lives on after the end',
  '6a-indemnity': 'complaints of third parties are received and followed up',
  '6b-disclaimer': 'no warranty',
  '6c-liability': 'limits of liability',
  '7a-changes': 'material changes take effect after 15 days, others at once',
  '7b-notices': 'notices are written, served and kept',
  '7c-export': 'export control and sanctions',
  '7d-assignment': 'a connector changes hands by an approved transfer only',
  '7d-subcontractors': 'subprocessors are listed',
  '7d-no-waiver': 'nothing lapses by not being enforced',
  '7d-entire': 'which documents are in force, for any connector and date',
  '7d-law': 'law, venue and what holds if a part does not',
} as const

export type ClauseId = keyof typeof clauses

export function isClause(text: string): text is ClauseId {
  return Object.hasOwn(clauses, text)
}
