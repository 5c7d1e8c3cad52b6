import type { Report } from '../rules/engine/look.ts'
import type { Finding, Rule, Severity } from '../rules/engine/rule.ts'
import type { ReportSubject } from './report-subject.ts'

const HEADINGS: Readonly<Record<Severity, string>> = {
  blocks: 'Blocks: cannot be approved before it is solved',
  warns: 'Warns: a reviewer looks at it',
  notes: 'Notes: good to know',
}

/** A report for people, and for whoever pastes it to an assistant that is to mend things: each finding with its place and its remedy. */
export function reportMarkdown(report: Report, rules: readonly Rule[], { name, place, lines, dismissed }: ReportSubject): string {
  const known = new Map(rules.map((rule) => [rule.id, rule]))
  const parts = (['blocks', 'warns', 'notes'] as const).flatMap((severity) => {
    const found = report.findings.filter((finding) => finding.severity === severity)
    if (found.length === 0) return []
    const items = found.map((finding) => itemOf(finding, known.get(finding.rule), lines?.get(finding.pointer), dismissed?.get(finding.fingerprint)))
    return [`## ${HEADINGS[severity]}\n\n${items.join('\n')}`]
  })
  const more = Object.entries(report.more).map(([rule, count]) => `${count} more of \`${rule}\` are left out.`)
  const skipped = report.notAsked.length === 0 ? [] : [`${report.notAsked.length} rules were not asked, since what they look at is not known.`]
  const ends = [...more, ...skipped]
  const clean = report.findings.length === 0 ? ['Nothing was found.'] : []
  return `${[`# Review of ${plain(name)}`, `Looked at: ${code(place)}`, ...clean, ...parts, ...ends].join('\n\n')}\n`
}

function itemOf({ rule, clause, message, pointer }: Finding, known: Rule | undefined, line: number | undefined, reason: string | undefined): string {
  const where = `${code(pointer === '' ? '/' : pointer)}${line === undefined ? '' : `, line ${line}`}`
  const remedy = known === undefined ? '' : `\n  What to do (${known.remedy.who}): ${plain(known.remedy.what)}`
  const dismissed = reason === undefined ? '' : `\n  Dismissed: ${plain(reason)}`
  return `- ${plain(message)}\n  \`${rule}\`, clause ${clause}, at ${where}${remedy}${dismissed}`
}

/** Messages quote strangers: nothing of that may become markup, an image or a link. */
function plain(text: string): string {
  return visible(text)
    .replaceAll(/[\\`*_{}[\]<>#|!~]/g, (mark) => `\\${mark}`)
    .replaceAll('://', ':&#47;&#47;')
}

function code(text: string): string {
  return `\`${visible(text).replaceAll('`', "'")}\``
}

function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
}
