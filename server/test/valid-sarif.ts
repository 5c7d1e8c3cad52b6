import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-schema/sarif-schema-2.1.0.json'), 'utf8')) as object
// One of its patterns is no expression under the `u` flag.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false })
formats.default(ajv)
const valid = ajv.compile(schema)

/** What the published schema of SARIF 2.1.0 says against a report, in words. Empty: nothing. */
export function sarifProblems(report: unknown): readonly string[] {
  return valid(report) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
