import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Server } from '@modelcontextprotocol/server'
import { proxyServer, startHTTPServer } from 'mcp-proxy'

// mcp-proxy used as a library, since its command only stands in front of a child process: the same proxying, with HTTP behind.
const [port, upstream] = process.argv.slice(2)
const client = new Client({ name: 'mcp-proxy', version: '1.0.0' })
await client.connect(new StreamableHTTPClientTransport(new URL(upstream ?? '')))
const serverCapabilities = client.getServerCapabilities() ?? {}
await startHTTPServer({
  createServer: async () => {
    const server = new Server(client.getServerVersion() ?? { name: 'echo', version: '1.0.0' }, { capabilities: serverCapabilities })
    await proxyServer({ client, server, serverCapabilities })
    return server
  },
  host: '127.0.0.1',
  port: Number(port),
})
process.stdin.on('end', () => process.exit(0)).resume()
