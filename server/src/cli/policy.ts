import type { PolicyVersion, PolicyView, Simulation } from '@handfast/contract'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { openHouse } from './open-house.ts'
import { readPolicyFile } from './platform-file.ts'
import { printable, processStreams, type Streams, table, tell, UsageError } from './say.ts'
import { type PlaceFlags, withPlace } from './settings-options.ts'
import { memberId, workspaceId } from './workspace.ts'

type Flags = PlaceFlags & { readonly json?: boolean; readonly workspace?: string }

/** `handfast policy …`: the rules of workspaces, in versions, and what they mean for a call. */
export function policyCommand(streams: Streams = processStreams): Command {
  const command = new Command('policy').description('rules of workspaces: what may be called, after whose yes')
  const sub = (name: string, description: string) =>
    withPlace(command.command(name))
      .description(description)
      .option('--json', 'print JSON')
      .option('--workspace <workspace>', 'name or id; without it the first workspace')

  sub('show', 'print the rules that are in force, as YAML')
    .option('--at <version>', 'this version instead')
    .action(async ({ json = false, workspace, at, ...flags }: Flags & { readonly at?: string }) => {
      await using house = await openHouse(flags)
      const base = `/api/v1/workspaces/${await workspaceId(house, workspace)}/policy` as const
      const shown = await house.ask<PolicyView>(at === undefined ? base : `${base}/versions/${encodeURIComponent(at)}`)
      tell(streams, json, shown, `# version ${shown.version}\n${stringify(shown.policy)}`)
    })

  sub('set', 'put rules from a YAML or JSON file in force')
    .argument('<file>', 'the whole policy')
    .option('--note <note>', 'why, for whoever reads the versions later', '')
    .action(async (file: string, { json = false, workspace, note, ...flags }: Flags & { readonly note: string }) => {
      const policy = readPolicyFile(file)
      await using house = await openHouse(flags)
      const path = `/api/v1/workspaces/${await workspaceId(house, workspace)}/policy` as const
      const { version } = await house.ask<PolicyView>(path)
      const set = await house.ask<PolicyView>(path, { method: 'PUT', body: { policy, basedOn: version, note } })
      const odd = set.warnings.map(({ pointer, message }) => `  ${printable(pointer)}: ${printable(message)}\n`).join('')
      tell(streams, json, set, `Version ${set.version} is in force.\n${odd}`)
    })

  sub('versions', 'list the versions, newest first').action(async ({ json = false, workspace, ...flags }: Flags) => {
    await using house = await openHouse(flags)
    const items = await house.all<PolicyVersion>(`/api/v1/workspaces/${await workspaceId(house, workspace)}/policy/versions`)
    const rows = items.map((one) => [one.version, one.at, one.by?.name, one.note])
    tell(streams, json, { items }, table(['VERSION', 'SINCE', 'BY', 'NOTE'], rows))
  })

  sub('restore', 'put an earlier version in force again; 0 is none at all')
    .argument('<version>', 'number of the version')
    .option('--note <note>', 'why', '')
    .action(async (version: string, { json = false, workspace, note, ...flags }: Flags & { readonly note: string }) => {
      await using house = await openHouse(flags)
      const base = `/api/v1/workspaces/${await workspaceId(house, workspace)}/policy` as const
      const now = await house.ask<PolicyView>(base)
      const path = `${base}/versions/${encodeURIComponent(version)}/restore` as const
      const set = await house.ask<PolicyView>(path, { method: 'POST', body: { basedOn: now.version, note } })
      tell(streams, json, set, `Version ${set.version} is in force.\n`)
    })

  sub('explain', 'would this call be allowed, and why: exit 0 where it would be sent at once, 1 where it is asked, denied or not known')
    .argument('<connector>', 'short name')
    .argument('<tool>', "the connector's own name for it")
    .option('--user <user>', 'whose call, by e-mail address or id; without it the first operator’s')
    .option('--assistant <id>', 'through which assistant')
    .option('--arguments <json>', 'the arguments as JSON; without them rules with conditions may or may not hold')
    .option('--draft <file>', 'judge by the rules in this file instead of those in force')
    .action(async (connector: string, tool: string, given: Flags & { user?: string; assistant?: string; arguments?: string; draft?: string }) => {
      const { json = false, workspace, user, assistant, arguments: args, draft, ...flags } = given
      const body = {
        connector,
        tool,
        ...(assistant === undefined ? {} : { assistant }),
        ...(args === undefined ? {} : { arguments: readArguments(args) }),
        ...(draft === undefined ? {} : { draft: readPolicyFile(draft) }),
      }
      await using house = await openHouse(flags)
      const whose = user === undefined ? {} : { user: await memberId(house, await workspaceId(house, workspace), user) }
      const said = await house.ask<Simulation>('/api/v1/policies/simulate', { method: 'POST', body: { ...body, ...whose } })
      tell(streams, json, said, explanationText(said))
      if (said.verdict !== 'allowed') process.exitCode = 1
    })
  return command
}

function explanationText(said: Simulation): string {
  const rules = said.rules.map((one) => [one.id, one.verb, one.matches, one.counts, one.overriddenBy.join(', '), one.because])
  const levels = said.levels.map(({ level, says, outrankedBy }) => [level, says, outrankedBy])
  return [
    `${printable(said.sentence)}\n`,
    `\n${table(['LEVEL', 'SAYS', 'OUTRANKED BY'], levels)}`,
    rules.length === 0 ? '' : `\n${table(['RULE', 'VERB', 'MATCHES', 'COUNTS', 'OVERRIDDEN BY', 'BECAUSE'], rules)}`,
    said.version === null ? '\nJudged by the draft.\n' : `\nRules of version ${said.version}.\n`,
  ].join('')
}

/** @throws UsageError */
function readArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('The arguments are not JSON.')
  }
}
