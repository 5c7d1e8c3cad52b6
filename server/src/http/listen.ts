import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Refusal } from '../lib/index.ts'

export class PortTakenError extends Refusal {
  override readonly name = 'PortTakenError'
  readonly code = 'config/port-taken'
  readonly status = 409
  readonly who = 'operator'
  constructor(host: string, port: number, variable: string) {
    super(`Port ${port} on ${host} is taken by another program. Stop that one, or choose another port with ${variable}.`)
  }
}

/** Connections of each server, so that those that never said anything need not be waited for. */
const connections = new WeakMap<Server, Set<Socket>>()

/**
 * Listens and returns the port that was really taken.
 * @throws PortTakenError
 */
export function listen(server: Server, host: string, port: number, variable: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortTakenError(host, port, variable) : error),
    )
    const open = new Set<Socket>()
    connections.set(server, open)
    server.on('connection', (socket) => {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Stops taking connections; those that are open get so long to finish. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  // Browsers open connections ahead of use; node does not count these as idle.
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}
