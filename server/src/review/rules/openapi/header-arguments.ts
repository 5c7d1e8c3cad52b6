import { countingRule } from '../engine/tool-rule.ts'

const CREDENTIALS = /^(?:authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token|x-access-token)$/i

export const headerArguments = countingRule({
  id: 'header-arguments',
  severity: 'warns',
  clause: '3b-platform-security',
  title: 'Keys that assistants would have to fill in as headers',
  remedy: {
    who: 'developer',
    what: 'Declare a credential, and take the parameter out by an overlay: a key in the arguments passes through the assistant.',
  },
  source: 'OpenAI Actions; OpenAPI 3.1 section 4.8.12',
  needs: 'document',
  counts: ({ operation }) => operation?.parameters.some(({ in: place, name }) => place === 'header' && CREDENTIALS.test(name)) ?? false,
  say: (names, count) => `${count === 1 ? 'A tool takes' : `${count} tools take`} a key as an argument of its own: ${names}.`,
})
