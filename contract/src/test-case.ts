import { z } from 'zod'

/** One call that the review makes, and what has to come of it. */
export const testCase = z
  .strictObject({
    name: z.string().trim().min(1).max(120).describe('What it shows, in a few words'),
    kind: z.enum(['positive', 'negative']).describe('`positive`: the tool does what it says. `negative`: it refuses what it should not do'),
    tool: z.string().min(1).max(64).describe('Name of the tool as the connector has it'),
    arguments: z.record(z.string(), z.json()).default({}).describe('What it is called with'),
    expect: z
      .strictObject({
        contains: z.array(z.string().min(1).max(300)).max(10).default([]).describe('Texts that the answer, or the refusal, has to hold'),
        fields: z
          .record(z.string().startsWith('/').max(300), z.json())
          .default({})
          .describe('Values in the structured answer, by JSON pointer, such as `/table: 4`'),
      })
      .default({ contains: [], fields: {} })
      .describe('What comes back. Left out: any answer that fits the schema, or any refusal'),
  })
  .describe('A call that the review makes, and what has to come of it')

export type TestCase = z.infer<typeof testCase>

/** What the developer agrees to have tried beyond what an assistant would do (clause 2a-no-harm). */
export const probeConsent = z
  .strictObject({
    badInput: z.boolean().default(false).describe('Reading tools may be called with arguments that break their schema'),
    wrongAudience: z.boolean().default(false).describe('The API may be called with a made-up token, to see it refused'),
  })
  .describe('Probes beyond ordinary calls. Without your yes they are made on a domain that you have proven only')

export type ProbeConsent = z.infer<typeof probeConsent>
