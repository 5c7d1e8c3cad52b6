import type { ConnectorStanding } from '../../directory/index.ts'
import type { NewNotice } from '../../notices/index.ts'

/** The kind of the deadline by which an appeal should be answered. */
export const ANSWER_DUE = 'review.appeal-due'

/** What is said about an appeal, to whomever it concerns. @param subject the decision that it is about */
export function appealNotice(
  { workspace, connector, name }: ConnectorStanding,
  subject: string,
  to: NewNotice['to'],
  kind: `review.${string}`,
  title: string,
  body: string,
): NewNotice {
  return { workspace, to, kind, clause: '2d-review', legal: true, connector, subject, title: `${name}: ${title}`, body }
}
