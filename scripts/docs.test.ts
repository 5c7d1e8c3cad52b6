import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { codes } from '@handfast/contract'
import { describe, expect, it } from 'vitest'
import { commands } from '../server/src/cli/commands.ts'
import { describeSettings } from '../server/src/config/index.ts'
import { rules, rulesMarkdown } from '../server/src/review/index.ts'
import { repository } from './steps.ts'
import { writtenFiles } from './written-files.ts'

const markdown = writtenFiles(repository, '**/*.md').map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }))

/** A cell of a table: a bar would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

// Generated pages. To renew them: npm test -- scripts/docs.test.ts --update
describe('the documentation', () => {
  it('lists every setting as the program knows it', async () => {
    const rows = describeSettings().map(
      ({ name, variable, description, byDefault }) =>
        `| \`${variable}\` | \`${name}\` | ${byDefault === undefined ? '' : `\`${cell(JSON.stringify(byDefault))}\``} | ${cell(description)} |`,
    )
    const page = `# Settings

Each setting is an environment variable, a line in the YAML file that \`--config\` or \`HANDFAST_CONFIG\` names, and for some commands a flag.
Flags outrank the environment, which outranks the file. All of them are checked at start, and all problems are told at once, each with its
fix. \`handfast settings\` prints this list; what begins with \`dangerously\` weakens something and is said aloud at start.

| variable | in the file | default | what it is for |
|---|---|---|---|
${rows.join('\n')}
`

    await expect(page).toMatchFileSnapshot('../docs/settings.md')
  })

  it('lists every refusal code with its meaning', async () => {
    const rooms = Map.groupBy(Object.entries(codes), ([code]) => code.split('/')[0] ?? '')
    const tables = [...rooms].map(
      ([room, list]) =>
        `## ${room}\n\n| code | meaning |\n|---|---|\n${list.map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`).join('\n')}\n`,
    )
    const page = `# Refusals

An expected no has a code that programs can branch on; it is never reworded. On the control API it comes as
\`{"error": {"code", "message", "who", "pointer"?, "link"?, "ref"?}}\`, in MCP inside the tool error or in the \`data\` of the JSON-RPC error,
on the command line with \`--json\` as \`{"error": …}\`.

\`message\` is for the person who reads it. \`who\` says whose move it is: \`user\`, \`developer\`, \`operator\`, \`assistant\`, or \`wait\` (try again
later; \`retryAfter\` or the header \`Retry-After\` says when). \`pointer\` is a JSON pointer to what was wrong, \`link\` a page where the person can act.

${tables.join('\n')}`

    await expect(page).toMatchFileSnapshot('../docs/refusals.md')
  })

  it('lists every rule of the review', async () => {
    await expect(rulesMarkdown(rules)).toMatchFileSnapshot('../docs/review-rules.md')
  })

  it('links to files that exist', () => {
    const broken = markdown.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((found) => found[1] ?? '')
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(resolve(repository, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    )

    expect(broken).toEqual([])
  })

  it('names commands that there are', () => {
    const known = new Set([...commands.map(({ name }) => name), 'help'])
    const unknown = markdown.flatMap(({ path, text }) =>
      [...text.matchAll(/\bhandfast ([a-z]+)\b(?!:\/\/)(?=[^\n]*`|[^\n]*$)/gm)]
        .filter(({ index }) => isCode(text, index))
        .map((found) => found[1] ?? '')
        .filter((name) => !known.has(name))
        .map((name) => `${path}: handfast ${name}`),
    )

    expect(unknown).toEqual([])
  })

  it('names settings that there are', () => {
    const known = new Set([
      ...describeSettings().map(({ variable }) => variable),
      'HANDFAST_CONFIG',
      'HANDFAST_TEST_POSTGRES_URL',
      'HANDFAST_UPSTREAM',
    ])
    const files = ['Dockerfile', ...readdirSync(join(repository, 'deploy')).map((name) => `deploy/${name}`)]
      .filter((path) => path !== 'deploy/secrets')
      .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }))
    const unknown = [...markdown, ...files].flatMap(({ path, text }) =>
      [...text.matchAll(/\bHANDFAST_[A-Z_]+[A-Z]\b/g)].filter(([name]) => !known.has(name)).map(([name]) => `${path}: ${name}`),
    )

    expect(unknown).toEqual([])
  })
})

/** Inside a code span of its line, or in a line that is indented as code or fenced. */
function isCode(text: string, index: number): boolean {
  const start = text.lastIndexOf('\n', index) + 1
  const before = text.slice(start, index)
  return before.split('`').length % 2 === 0 || /^ {4}/.test(before) || text.slice(0, start).split('\n```').length % 2 === 0
}

describe('the files for hosting', () => {
  const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8')

  it('build an image from every workspace of the lock file', () => {
    const { workspaces } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { workspaces: readonly string[] }

    expect(workspaces.filter((name) => !dockerfile.includes(`COPY ${name}/package.json ${name}/`))).toEqual([])
  })

  it('run as a user without privileges on a file system that cannot be written', () => {
    const compose = readFileSync(join(repository, 'deploy/compose.yaml'), 'utf8')
    const unit = readFileSync(join(repository, 'deploy/handfast.service'), 'utf8')

    expect(dockerfile.match(/^USER .*/gm)).toEqual(['USER node'])
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('ENTRYPOINT'))
    expect(compose).toMatch(/read_only: true[\s\S]*cap_drop: \[ALL\][\s\S]*no-new-privileges:true/)
    expect(unit).toMatch(/^DynamicUser=yes$[\s\S]*^NoNewPrivileges=yes$[\s\S]*^ProtectSystem=strict$/m)
  })
})
