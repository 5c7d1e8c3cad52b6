/** An internal address that Handfast may reach, by name. */
export type Opened = { readonly name: string; readonly host: string; readonly ports: readonly number[] }

/** What the story needs from whoever puts it on: a Handfast, and at the end a verdict about its ledger. */
export type Stage = {
  /** Folder for the data of the restaurant and of the directions API. */
  readonly folder: string
  /** Starts Handfast on an empty database. It reaches the addresses named and no other inside this machine. */
  readonly startHandfast: (opened: readonly Opened[]) => Promise<{ readonly url: string; readonly welcome: string }>
  /** Exports the ledger and has the stand-alone verifier look at the export. */
  readonly verifyLedger: () => Promise<Verdict>
  /** Ends the story before its next step. */
  readonly signal?: AbortSignal
}

export type Verdict = { readonly verified: boolean; readonly size: number; readonly findings: readonly string[] }

export type Step = { readonly name: string; readonly ok: boolean; readonly ms: number; readonly error?: string }

/** Somebody who can sign in after the story. */
export type DemoPerson = { readonly name: string; readonly part: string; readonly email: string; readonly password: string }

/** How the story went, and what stays of it. */
export type Told = {
  readonly ok: boolean
  readonly steps: readonly Step[]
  readonly ledger: { readonly verified: boolean; readonly size: number }
  readonly people: readonly DemoPerson[]
  /** Access token of the user's assistant, where the story got that far. */
  readonly token: string | null
}

/** Hears of each step once it is over: what was done, what was seen, and how long it took. */
export type Teller = (step: Step, seen: string) => void

/** What a whole story leaves standing, until it is let go. */
export type Standing = AsyncDisposable & {
  readonly told: Told
  /** Undoes the suspension at the end of the story, so that people can go on from there. */
  readonly reopen: () => Promise<void>
}

/** Never throws: how it went is answered. */
export type TellStory = (stage: Stage, tell: Teller) => Promise<Standing>
