import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { ServerSpec } from './runner-file.ts'

/** What is started, as `spawn` takes it: no shell on the way. */
export type CommandLine = { readonly program: string; readonly args: readonly string[] }

/** Folders of people and of other programs: empty in the sandbox, but for what the file names. */
const hidden = ['/home', '/root', '/tmp', '/var/tmp', '/run', '/mnt', '/media', '/srv']

/** True where bubblewrap is installed and may make its namespaces, which some systems forbid. */
export function hasBubblewrap(): boolean {
  try {
    execFileSync('bwrap', ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'], { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

/**
 * The command in a sandbox: the file system is there to be read, the folders of people are empty, nothing is writable but the private folder and what
 * the file names, processes outside are neither seen nor signalled, and it ends with the runner.
 * @param home a folder of its own, which it may write
 */
export function sandboxed(spec: ServerSpec, home: string): CommandLine {
  const folder = spec.folder ?? home
  const args = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc']
  for (const place of hidden) if (existsSync(place)) args.push('--tmpfs', place)
  for (const place of [folder, ...spec.read]) args.push('--ro-bind', place, place)
  args.push('--bind', home, home)
  for (const place of spec.write) args.push('--bind', place, place)
  // Names are looked up through files that lie below /run on many systems.
  for (const place of ['/run/systemd/resolve', '/run/resolvconf']) if (spec.network && existsSync(place)) args.push('--ro-bind', place, place)
  args.push('--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--die-with-parent', '--new-session', '--chdir', folder)
  if (!spec.network) args.push('--unshare-net')
  args.push('--', spec.command, ...spec.args)
  return { program: 'bwrap', args }
}
