/** What to paste where, so that one assistant reaches a Handfast. */
export type ClientConfiguration = {
  readonly id: 'claude-code' | 'cursor' | 'vs-code' | 'json'
  /** Name of the assistant. */
  readonly name: string
  /** Where the text belongs. */
  readonly where: string
  /** A command line for `claude-code`, JSON for the others. */
  readonly text: string
}

/**
 * The same connection in the words of each assistant.
 * @param endpoint address of `/mcp` or `/mcp/{connector}`
 * @param secret an access token
 */
export function clientConfigurations(endpoint: string, secret: string): readonly ClientConfiguration[] {
  const headers = { Authorization: `Bearer ${secret}` }
  const json = (value: unknown) => JSON.stringify(value, null, 2)
  return [
    {
      id: 'claude-code',
      name: 'Claude Code',
      where: 'Run this in a terminal.',
      // The header comes last: the option takes all words that follow it.
      text: `claude mcp add --transport http handfast ${endpoint} --header "Authorization: Bearer ${secret}"`,
    },
    {
      id: 'cursor',
      name: 'Cursor',
      where: 'Put this into .cursor/mcp.json, in your project or your home folder.',
      text: json({ mcpServers: { handfast: { url: endpoint, headers } } }),
    },
    {
      id: 'vs-code',
      name: 'VS Code',
      where: 'Put this into .vscode/mcp.json, or run "MCP: Open User Configuration".',
      text: json({ servers: { handfast: { type: 'http', url: endpoint, headers } } }),
    },
    {
      id: 'json',
      name: 'Any other MCP client',
      where: 'For clients that read MCP servers from JSON.',
      text: json({ mcpServers: { handfast: { type: 'http', url: endpoint, headers } } }),
    },
  ]
}
