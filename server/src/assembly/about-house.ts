import type { People } from '../people/index.ts'

/** What the command line has to know first: in whose name it acts unless told otherwise, and how the first account is made. */
export async function aboutHouse(people: People, welcome: string | null): Promise<Readonly<Record<string, unknown>>> {
  for (let after: string | null = null; ; ) {
    const page = await people.list(after, 200)
    const operator = page.find((account) => account.roles.includes('operator') && account.disabledAt === null)
    if (operator !== undefined || page.length < 200) return { operator: operator?.id ?? null, welcome: (await people.isSetUp()) ? null : welcome }
    after = page.at(-1)?.id ?? null
  }
}
