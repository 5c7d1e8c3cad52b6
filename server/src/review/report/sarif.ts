import type { Report } from '../rules/engine/look.ts'
import type { Finding, Rule, Severity } from '../rules/engine/rule.ts'
import type { ReportSubject } from './report-subject.ts'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { blocks: 'error', warns: 'warning', notes: 'note' }
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** A report as SARIF 2.1.0, as editors and build systems read it: one run, all rules, and each finding with its fingerprint. */
export function reportSarif(report: Report, rules: readonly Rule[], subject: ReportSubject, version: string): object {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'handfast', semanticVersion: version, rules: rules.map(descriptorOf) } },
        invocations: [
          {
            executionSuccessful: true,
            ...(Object.keys(report.more).length === 0
              ? {}
              : {
                  toolExecutionNotifications: Object.entries(report.more).map(([rule, more]) => ({
                    level: 'note',
                    message: { text: `${more} more findings of the rule ${rule} are left out.` },
                    associatedRule: { id: rule, index: indexes.get(rule) ?? -1 },
                  })),
                }),
          },
        ],
        artifacts: [{ location: { uri: uriOf(subject.place) } }],
        results: report.findings.map((finding) => resultOf(finding, indexes.get(finding.rule), subject)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  }
}

function descriptorOf({ id, severity, clause, title, remedy, source }: Rule): object {
  return {
    id,
    shortDescription: { text: title },
    help: { text: remedy.what },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { clause, who: remedy.who, ...(source === undefined ? {} : { source }) },
  }
}

function resultOf({ rule, severity, clause, message, pointer, fingerprint }: Finding, index: number | undefined, subject: ReportSubject): object {
  const line = subject.lines?.get(pointer)
  const reason = subject.dismissed?.get(fingerprint)
  return {
    ruleId: rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(subject.place), index: 0 },
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
        logicalLocations: [{ fullyQualifiedName: pointer === '' ? '/' : pointer, kind: 'value' }],
      },
    ],
    partialFingerprints: { 'handfast/v1': fingerprint },
    ...(reason === undefined ? {} : { suppressions: [{ kind: 'external', status: 'accepted', justification: reason }] }),
    properties: { clause },
  }
}

/** Addresses as they are; files relative to where the command ran, as RFC 3986 writes them. */
function uriOf(place: string): string {
  if (/^https?:\/\//i.test(place)) return place
  return place.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
