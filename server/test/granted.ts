import { GrantStore } from '../src/authorization/grant-store.ts'
import { newTokenText } from '../src/authorization/token-text.ts'
import { DAY, type GrantId, newId, sha256 } from '../src/lib/index.ts'
import { write } from '../src/storage/index.ts'
import { originOf } from './letting-in.ts'
import { McpCaller } from './mcp-caller.ts'
import type { Inhabitant, Town } from './town.ts'

/** Puts down what letting an assistant in leaves behind, without the browser in between: a grant for `/mcp` and an access token under it. */
export async function lets(town: Town, who: Inhabitant, origin = originOf(town)): Promise<Inhabitant & { readonly grant: GrantId }> {
  const { storage, workspace } = town.app
  const { user } = who
  const { assistant_id } = await storage.db.selectFrom('access_tokens').select('assistant_id').where('user_id', '=', user).executeTakeFirstOrThrow()
  const audience = `${origin}/mcp`
  const [id, secret, at] = [newId('grt'), newTokenText('granted'), town.clock.now()]
  const scopes = ['connectors:read', 'connectors:write'] as const
  const store = new GrantStore(storage.db)
  const lasts = { createdAt: at, expiresAt: at + DAY }
  const about = {
    workspace,
    user,
    assistant: assistant_id as `ast_${string}`,
    clientId: 'a test',
    resource: audience,
    audience,
    redirect: 'localhost',
  }
  await storage.write([
    ...store.giving({ ...about, ...lasts, id, scopes, openid: false, stays: true, connectors: null, lastUsedAt: null, endedAt: null }),
    write(
      storage.db.insertInto('grant_tokens').values({
        token_hash: sha256(secret),
        workspace_id: workspace,
        grant_id: id,
        scopes: scopes.join(' '),
        openid: 0,
        created_at: at,
        expires_at: at + DAY,
        revoked_at: null,
      }),
    ),
  ])
  return { ...who, token: secret, mcp: new McpCaller(town.url, secret), grant: id }
}
