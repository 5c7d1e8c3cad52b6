/** One thing that is wrong with the settings, where it stands, and how to mend it. */
export type SettingsProblem = { readonly where: string; readonly what: string; readonly fix: string }

/** The settings cannot be used. All problems are told at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly code = 'config/invalid'
  readonly problems: readonly SettingsProblem[]
  constructor(problems: readonly SettingsProblem[]) {
    const one = problems.length === 1
    super(
      `${problems.length} setting${one ? '' : 's'} cannot be used:\n${problems.map(({ where, what, fix }) => `  ${where}: ${what}. ${fix}`).join('\n')}`,
    )
    this.problems = problems
  }
}
