import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { RunnerFileError } from './runner-errors.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'Use small letters, digits and dashes, beginning with a letter')
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'Use the name of a variable')

const server = z.strictObject({
  command: z.string().min(1).describe('The program, by its path or as it is found in PATH. No shell reads it'),
  args: z.array(z.string()).default([]).describe('Its arguments, one entry each'),
  folder: z.string().optional().describe('Where it runs; the folder of this file where absent'),
  env: z.record(variable, z.string()).default({}).describe('Variables that it gets with these values'),
  passEnv: z.array(variable).default([]).describe('Variables that it gets from the environment of the runner. It gets no others but PATH'),
  credentialEnv: variable
    .optional()
    .describe('The variable that carries the key of the person whose call it is. With it, each person has a process of their own'),
  network: z.boolean().default(true).describe('Whether it may reach the network. Only a sandbox can keep it from that'),
  read: z.array(z.string()).default([]).describe('Folders below home folders that it may read; elsewhere in the sandbox these are empty'),
  write: z.array(z.string()).default([]).describe('Folders that it may write'),
  maxProcesses: z.number().int().min(1).max(1_000).default(20).describe('Processes at once, one for each session'),
  memoryMiB: z.number().int().min(16).max(65_536).default(512).describe('Memory of one process and its children; past that it is stopped'),
  callTimeoutSeconds: z.number().min(1).max(3_600).default(60).describe('Longest time for one request'),
  idleStopSeconds: z.number().min(1).max(86_400).default(600).describe('A process that nobody asked anything for so long is stopped'),
})

/** What a runner may run: commands come from this file and from nowhere else. */
export const runnerFile = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address to listen on'),
    port: z.number().int().min(0).max(65_535).default(4480).describe('Port to listen on'),
    keyFile: z.string().default('./runner.key').describe('Where the key lies that a gateway has to show; made at the first start'),
    sandbox: z
      .enum(['auto', 'require', 'off'])
      .default('auto')
      .describe('auto: bubblewrap where the system has it. require: do not start without. off: never'),
    servers: z.record(name, server).refine((servers) => Object.keys(servers).length > 0, 'Name at least one server'),
  })
  .meta({ title: 'Handfast runner file' })

export type RunnerFile = z.infer<typeof runnerFile>
export type ServerSpec = RunnerFile['servers'][string]

/**
 * Reads a runner file; paths in it are relative to its folder and come back absolute.
 * @throws RunnerFileError with every problem
 */
export function readRunnerFile(path: string): RunnerFile {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'), { maxAliasCount: 20, uniqueKeys: true })
  } catch (error) {
    throw new RunnerFileError(path, [{ pointer: '', message: (error as Error).message.split('\n')[0] ?? 'cannot be read' }])
  }
  const read = runnerFile.safeParse(content)
  if (!read.success) {
    throw new RunnerFileError(
      path,
      read.error.issues.map(({ path: at, message }) => ({ pointer: at.map((part) => `/${String(part)}`).join(''), message })),
    )
  }
  const from = dirname(resolve(path))
  const at = (place: string) => resolve(from, place)
  const servers = Object.fromEntries(
    Object.entries(read.data.servers).map(([key, spec]) => [
      key,
      { ...spec, folder: at(spec.folder ?? '.'), read: spec.read.map(at), write: spec.write.map(at) },
    ]),
  )
  return { ...read.data, keyFile: at(read.data.keyFile), servers }
}
