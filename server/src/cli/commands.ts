import type { Command } from 'commander'

/** One command: its line in the list, and how to get it. What it does is loaded when it is asked for, so that `serve` starts fast. */
export type Listed = { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }

export const commands: readonly Listed[] = [
  { name: 'serve', summary: 'run Handfast', load: async () => (await import('./serve.ts')).serveCommand() },
  { name: 'demo', summary: 'watch a governed booking from beginning to end', load: async () => (await import('./demo.ts')).demoCommand() },
  {
    name: 'try',
    summary: 'put an API or an MCP server behind Handfast, and call it',
    load: async () => (await import('./try.ts')).tryCommand(),
  },
  {
    name: 'apply',
    summary: 'bring this Handfast to what a platform file declares',
    load: async () => (await import('./apply.ts')).applyCommand(),
  },
  { name: 'user', summary: 'accounts and their one-time links', load: async () => (await import('./user.ts')).userCommand() },
  {
    name: 'workspace',
    summary: 'workspaces, their people and groups',
    load: async () => (await import('./workspace.ts')).workspaceCommand(),
  },
  {
    name: 'policy',
    summary: 'rules of workspaces, and what they mean for a call',
    load: async () => (await import('./policy.ts')).policyCommand(),
  },
  {
    name: 'assistant',
    summary: 'assistants that ask people for access',
    load: async () => (await import('./assistant.ts')).assistantCommand(),
  },
  { name: 'token', summary: 'access tokens for assistants', load: async () => (await import('./token.ts')).tokenCommand() },
  {
    name: 'connector',
    summary: 'make, hand in, approve, enable and stop connectors',
    load: async () => (await import('./connector.ts')).connectorCommand(),
  },
  {
    name: 'terms',
    summary: 'the terms for connectors, and what keeps them',
    load: async () => (await import('./terms.ts')).termsCommand(),
  },
  {
    name: 'notice',
    summary: 'what people were told, what became of it, and what was written to the operator',
    load: async () => (await import('./notice.ts')).noticeCommand(),
  },
  { name: 'review', summary: 'what waits for a review, and deciding it', load: async () => (await import('./review.ts')).reviewCommand() },
  {
    name: 'developer',
    summary: 'organisations that publish, what they say about themselves, and how it is checked',
    load: async () => (await import('./developer.ts')).developerCommand(),
  },
  { name: 'key', summary: 'the master keys that seal everything else', load: async () => (await import('./key.ts')).keyCommand() },
  {
    name: 'migrate',
    summary: 'bring the database to the schema of this release',
    load: async () => (await import('./migrate.ts')).migrateCommand(),
  },
  { name: 'backup', summary: 'copy the whole database into a file', load: async () => (await import('./backup.ts')).backupCommand() },
  { name: 'restore', summary: 'take a copy into an empty database', load: async () => (await import('./backup.ts')).restoreCommand() },
  {
    name: 'ledger',
    summary: 'verify the evidence, or take a copy of it',
    load: async () => {
      const [{ ledgerCommand }, { openLedger }] = await Promise.all([import('./ledger-verify.ts'), import('./open-ledger.ts')])
      return ledgerCommand({ openLedger, fetchBytes: async (url) => await (await import('./open-egress.ts')).fetchBytes(url) })
    },
  },
  {
    name: 'openapi',
    summary: 'look at OpenAPI documents',
    load: async () => {
      const { openapiCommand } = await import('./openapi-inspect.ts')
      return openapiCommand({ fetchText: async (url) => await (await import('./open-egress.ts')).fetchText(url) })
    },
  },
  { name: 'egress', summary: 'the one way out', load: async () => (await import('./egress-explain.ts')).egressCommand() },
  {
    name: 'import',
    summary: 'make drafts of connectors from what other places know about them',
    load: async () => (await import('./import.ts')).importCommand(),
  },
  {
    name: 'runner',
    summary: 'run stdio MCP servers for a gateway, apart from it',
    load: async () => (await import('./runner.ts')).runnerCommand(),
  },
  {
    name: 'incident',
    summary: 'breaches and weaknesses: reports, deadlines, what is done',
    load: async () => (await import('./incident.ts')).incidentCommand(),
  },
  { name: 'complaint', summary: 'complaints of third parties', load: async () => (await import('./complaint.ts')).complaintCommand() },
  { name: 'feedback', summary: 'what people think of it', load: async () => (await import('./feedback.ts')).feedbackCommand() },
  { name: 'hold', summary: 'what may not be deleted before a date', load: async () => (await import('./hold.ts')).holdCommand() },
  { name: 'jobs', summary: 'what has to happen at a time, and what was given up', load: async () => (await import('./jobs.ts')).jobsCommand() },
  { name: 'clock', summary: 'what time it is; for development, move it on', load: async () => (await import('./clock.ts')).clockCommand() },
  { name: 'doctor', summary: 'look for what is unsafe or would not work', load: async () => (await import('./doctor.ts')).doctorCommand() },
  {
    name: 'completion',
    summary: 'print a script that completes command lines',
    load: async () => (await import('./completion.ts')).completionCommand(),
  },
  { name: 'settings', summary: 'list all settings', load: async () => (await import('./settings.ts')).settingsCommand() },
]
