/** The part of a test report in JSON that is counted. */
export type TestReport = {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export type Tally = { readonly passed: number; readonly failed: number; readonly reasons: readonly string[] }

/**
 * Counts what a run of tests has proven. Only a test that ran and held is passed: one that was skipped or put off proves nothing and counts
 * as failed, and so does a file that could not be loaded, a run without a report, one without tests, and one that ended badly for another reason.
 * @param report null where none was written
 * @param exitCode how the runner ended
 */
export function tally(report: TestReport | null, exitCode: number): Tally {
  if (report === null) return { passed: 0, failed: 1, reasons: ['the tests ended without a report'] }
  const tests = report.testResults.flatMap(({ name, assertionResults }) => assertionResults.map((test) => ({ ...test, file: name })))
  const passed = tests.filter(({ status }) => status === 'passed').length
  const reasons = [
    ...report.testResults
      .filter(({ status, assertionResults }) => status !== 'passed' && !assertionResults.some((test) => test.status !== 'passed'))
      .map(({ name, message }) => `${name} could not be run${message ? `: ${message.split('\n')[0]}` : ''}`),
    ...tests.filter(({ status }) => status !== 'passed').map(({ file, fullName, status }) => `${file}: ${fullName} (${status})`),
  ]
  if (tests.length === 0 && reasons.length === 0) reasons.push('there was no test to run')
  if (exitCode !== 0 && reasons.length === 0)
    reasons.push(`the runner ended with ${exitCode} although every test held: an error outside of the tests`)
  return { passed, failed: reasons.length, reasons }
}

/** The line that ends a run, for people and for programs. */
export function closingLine({ passed, failed }: Pick<Tally, 'passed' | 'failed'>): string {
  return `${passed} passed, ${failed} failed`
}
