import pino, { type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** Keys whose values never reach a log line, wherever they stand. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'key',
  'set-cookie',
  'x-api-key',
  'masterKey',
  'databaseUrl',
  'arguments',
  'result',
  'body',
]

/** Structured logs on standard error, so that standard output stays for answers. Values under secret-looking keys are replaced. */
export function createLog(level: string, to: DestinationStream = pino.destination({ dest: 2, sync: false })): Log {
  const paths = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`])
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '[redacted]' } }, to)
}
