import type { createServer as CreateServer } from 'node:http'

/**
 * Node's own, without what an `import` brings along: that reads every export of the module, and some of them load a second HTTP client with its fetch
 * and web sockets. It would stay in memory, and takes its time at each start, for nobody.
 */
export const createServer: typeof CreateServer = process.getBuiltinModule('node:http').createServer
