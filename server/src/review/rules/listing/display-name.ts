import type { Rule } from '../engine/rule.ts'

const MOST = 30

export const displayName: Rule = {
  id: 'display-name',
  severity: 'notes',
  clause: '2e-ii',
  title: 'Names that stores would cut or refuse',
  remedy: { who: 'developer', what: `Keep the name within ${MOST} characters on one line, without "MCP", "Server" or "API" at its end.` },
  source: 'OpenAI app guidelines; Microsoft certification of connectors',
  needs: 'manifest',
  *look({ content: { name } }) {
    const pointer = '/name'
    if (name.length > MOST) yield { pointer, message: `The name has ${name.length} characters; several stores show ${MOST}.` }
    const ending = /\s(MCP|MCP Server|Server|Plugin|Connector|API)$/i.exec(name)?.[1]
    if (ending !== undefined) yield { pointer, message: `The name ends in "${ending}", which says what every connector is.` }
  },
}
