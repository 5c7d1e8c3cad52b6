import type { Role } from '@handfast/contract'
import type { JsonSchema } from './from-schema.ts'

type Policy = { readonly kind: 'public' | 'session' | 'token' | 'session-or-token'; readonly roles?: readonly Role[] }
export type Parameter = { readonly name: string; readonly in: 'path' | 'query'; readonly required: boolean; readonly schema: JsonSchema }
type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>

/** One operation, as the document describes it. */
export type Operation = {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: JsonSchema | null
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
  readonly policy: Policy
}

export function operationsIn(document: JsonSchema): readonly Operation[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => {
      const body = one['requestBody'] as { readonly content: Content } | undefined
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: (one['parameters'] ?? []) as readonly Parameter[],
        body: body?.content['application/json']?.schema ?? null,
        responses: one['responses'] as Operation['responses'],
        policy: one['x-handfast-policy'] as Policy,
      }
    }),
  )
}
