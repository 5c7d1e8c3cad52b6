import { createServer } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'

// The shortest gateway that the official SDK allows: its server in front, its client behind, nothing checked and nothing kept.
const [port, upstream] = process.argv.slice(2)
const about = { name: 'sdk-gateway', version: '1.0.0' }
const client = new Client(about)
await client.connect(new StreamableHTTPClientTransport(new URL(upstream ?? '')))

function gateway(): Server {
  const server = new Server(about, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', () => client.listTools())
  server.setRequestHandler('tools/call', ({ params }) => {
    const { name, arguments: given } = params
    return client.callTool({ name, ...(given === undefined ? {} : { arguments: given }) })
  })
  return server
}

createServer()
  .on('request', toNodeHandler(createMcpHandler(gateway)))
  .listen(Number(port), '127.0.0.1')
process.stdin.on('end', () => process.exit(0)).resume()
