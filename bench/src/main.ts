import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { humanReport } from './human.ts'
import { measureLists } from './lists.ts'
import { Generator } from './load/generator.ts'
import { choosePinning, cpuMs, fileSystem, machineTime, othersShare, processTree } from './machine.ts'
import { type Options, readOptions, USAGE, UsageError } from './options.ts'
import { freePort, start } from './process.ts'
import type { Sample } from './ratios.ts'
import { figures, firstAnswers, listRatios, ratios, residentMemory, rounded } from './report.ts'
import { bringUp, jobFor, measure, type Ready, type Skipped } from './run.ts'
import { contestants, type Site } from './servers.ts'

const DATA = fileURLToPath(new URL('../data', import.meta.url))
const QUICK_BUDGET_MS = 52_000
const REST_MS = 60
/** A server that was just started is not at rest yet. */
const SETTLED_MS = 10_000

function say(options: Options, line: string): void {
  if (!options.json || process.stderr.isTTY) process.stderr.write(`${line}\n`)
}

/** Quick runs ask the peers at 64 connections only: at one connection nothing is compared with them. */
function levelsOf(ready: Ready, options: Options): readonly number[] {
  const isPeer = ready.contestant.kind === 'peer' || ready.contestant.kind === 'sdk'
  return options.quick && isPeer && options.concurrency.includes(64) ? [64] : options.concurrency
}

async function bench(options: Options): Promise<number> {
  const began = performance.now()
  // Inside the checkout, not in the folder for temporary files: that one is memory on many machines, and a commit would cost nothing.
  mkdirSync(DATA, { recursive: true })
  const folder = mkdtempSync(join(DATA, 'run-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const timeBefore = machineTime()
  const pinning = choosePinning()
  const port = await freePort()
  const echo = ['--port', String(port), '--extra', String(options.extraBytes), '--tools', String(options.tools)]
  const upstream = start([process.execPath, fileURLToPath(new URL('./upstream.ts', import.meta.url)), ...echo], {
    name: 'upstream',
    folder,
    core: pinning?.upstream ?? null,
  })
  using generator = new Generator({ folder, core: pinning?.load ?? null })
  const site: Site = { folder, pinning, upstream: `http://127.0.0.1:${port}`, extraBytes: options.extraBytes, tools: options.tools }

  const all = contestants()
  const rowNames = all.flatMap((contestant) => contestant.rows)
  for (const name of options.only ?? []) {
    if (name !== 'lists' && !rowNames.includes(name) && !all.some((contestant) => contestant.name === name))
      throw new UsageError(`--only: there is no row "${name}".`)
  }
  const ready: Ready[] = []
  const skipped: Skipped[] = []
  for (const contestant of all) {
    const wanted = (row: string) => options.only === null || options.only.has(row) || options.only.has(contestant.name)
    if (!contestant.rows.some(wanted)) continue
    const result = await bringUp(contestant, wanted, site, options)
    ready.push(...result.ready)
    skipped.push(...result.skipped)
    say(options, `${contestant.name}: ${result.ready.length > 0 ? 'answers' : 'not measured'}`)
  }
  if (!options.quick) await pause(SETTLED_MS)
  const atRestMiB = residentMemory(ready)
  const failed = new Map<string, string>()
  const check = (name: string, errors: number, problem: string | null) => {
    if (errors > 0 && !failed.has(name)) failed.set(name, problem ?? `${errors} errors`)
  }
  for (const each of ready) {
    const warm = await generator.run(jobFor(each, options, 16, options.quick ? 0.4 : 2))
    check(each.row.name, warm.errors, warm.problem)
  }

  const cells = ready.reduce((sum, each) => sum + levelsOf(each, options).length, 0) * options.rounds
  const left = (QUICK_BUDGET_MS - (performance.now() - began)) / 1000 / Math.max(1, cells) - 0.15
  const seconds = options.seconds ?? (options.quick ? Math.min(1.2, Math.max(0.3, left)) : 4)
  const mayRepeat = () => !options.quick || performance.now() - began < QUICK_BUDGET_MS / 2
  const side = { generator, upstreamPid: upstream.pid }
  const samples: Sample[] = []
  let roundsDone = 0
  for (let round = 0; round < options.rounds && (!options.quick || performance.now() - began < QUICK_BUDGET_MS); round++) {
    for (const concurrency of options.concurrency) {
      const present = ready.filter((each) => levelsOf(each, options).includes(concurrency))
      for (let turn = 0; turn < present.length; turn++) {
        // The order moves on with each round: whoever comes after a heavy neighbour is not always the same.
        const each = present[(turn + round * 3) % present.length]
        if (each === undefined || failed.has(each.row.name)) continue
        const { problem, ...sample } = await measure(each, side, jobFor(each, options, concurrency, seconds), round, mayRepeat())
        check(sample.name, sample.errors, problem)
        samples.push(sample)
        await pause(REST_MS)
      }
    }
    roundsDone++
    say(options, `round ${roundsDone} of ${options.rounds} done`)
  }

  const wantsLists = options.only === null || options.only.has('lists')
  const lists = wantsLists ? await measureLists(site, options.quick, options.only?.size === 1) : []
  if (wantsLists) say(options, 'lists done')

  // A row that answered wrongly once has no figures in any ratio: fast and wrong is not fast.
  const sound = samples.filter((sample) => !failed.has(sample.name))
  const peers = all.filter((contestant) => contestant.kind === 'peer').flatMap((contestant) => contestant.rows)
  const present = ready.map((each) => each.row.name)
  const report = {
    conditions: {
      date: new Date().toISOString(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      fileSystem: fileSystem(folder),
      othersShare: rounded(othersShare(timeBefore, machineTime(), cpuMs(processTree(process.pid)))),
      pinned: pinning !== null,
      pinning,
      quick: options.quick,
      seconds,
      rounds: roundsDone,
      textBytes: options.textBytes,
      extraBytes: options.extraBytes,
      tools: options.tools,
      tookSeconds: Math.round((performance.now() - began) / 1000),
      versions: Object.fromEntries(all.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]]))),
      firstAnswerMs: firstAnswers(ready),
      atRestMiB,
    },
    targets: figures(samples, present, options.concurrency),
    lists,
    ratios: { ...ratios(sound, peers, options.concurrency), ...listRatios(lists) },
    notes: Object.fromEntries(
      all
        .filter((each) => ready.some(({ contestant }) => contestant === each))
        .map(({ name, version, note }) => [version === undefined ? name : `${name} ${version}`, note]),
    ),
    skipped,
    failed: [...failed].map(([name, problem]) => `${name}: ${problem}`),
  }
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : humanReport(report))
  const ours = new Set(all.filter(({ kind }) => kind === 'base' || kind === 'handfast').flatMap(({ rows }) => rows))
  return [...failed.keys(), ...skipped.map(({ name }) => name)].some((name) => ours.has(name) && name !== 'handfast-openapi') ? 1 : 0
}

try {
  process.exit(await bench(readOptions(process.argv.slice(2))))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n\n${USAGE}`)
  process.exit(2)
}
