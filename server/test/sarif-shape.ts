/** For tests: what SARIF 2.1.0 (OASIS, sections 3.13 to 3.58) demands of the objects that reports are made of, and nothing beyond them. */
const text = { type: 'string' } as const
const message = { type: 'object', properties: { text }, required: ['text'], additionalProperties: false } as const
const properties = { type: 'object' } as const
const level = { enum: ['none', 'note', 'warning', 'error'] } as const
const index = { type: 'integer', minimum: -1 } as const
const artifactLocation = {
  type: 'object',
  properties: { uri: { type: 'string', format: 'uri-reference', pattern: '^[^\\s\\\\]+$' }, index },
  additionalProperties: false,
} as const

const rule = {
  type: 'object',
  properties: {
    id: text,
    shortDescription: message,
    help: message,
    defaultConfiguration: { type: 'object', properties: { level }, additionalProperties: false },
    properties,
  },
  required: ['id'],
  additionalProperties: false,
} as const

const notification = {
  type: 'object',
  properties: {
    level,
    message,
    associatedRule: {
      type: 'object',
      properties: { id: text, index },
      anyOf: [{ required: ['index'] }, { required: ['id'] }],
      additionalProperties: false,
    },
  },
  required: ['message'],
  additionalProperties: false,
} as const

const location = {
  type: 'object',
  properties: {
    physicalLocation: {
      type: 'object',
      properties: {
        artifactLocation,
        region: { type: 'object', properties: { startLine: { type: 'integer', minimum: 1 } }, additionalProperties: false },
      },
      required: ['artifactLocation'],
      additionalProperties: false,
    },
    logicalLocations: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'object', properties: { fullyQualifiedName: text, kind: text }, additionalProperties: false },
    },
  },
  additionalProperties: false,
} as const

const result = {
  type: 'object',
  properties: {
    ruleId: text,
    ruleIndex: index,
    level,
    message,
    locations: { type: 'array', items: location },
    partialFingerprints: { type: 'object', additionalProperties: text },
    suppressions: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        properties: { kind: { enum: ['inSource', 'external'] }, status: { enum: ['accepted', 'underReview', 'rejected'] }, justification: text },
        required: ['kind'],
        additionalProperties: false,
      },
    },
    properties,
  },
  required: ['message'],
  additionalProperties: false,
} as const

export const sarifShape = {
  type: 'object',
  properties: {
    $schema: { type: 'string', format: 'uri' },
    version: { enum: ['2.1.0'] },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          tool: {
            type: 'object',
            properties: {
              driver: {
                type: 'object',
                properties: { name: text, semanticVersion: text, rules: { type: 'array', uniqueItems: true, items: rule } },
                required: ['name'],
                additionalProperties: false,
              },
            },
            required: ['driver'],
            additionalProperties: false,
          },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              properties: { executionSuccessful: { type: 'boolean' }, toolExecutionNotifications: { type: 'array', items: notification } },
              required: ['executionSuccessful'],
              additionalProperties: false,
            },
          },
          artifacts: { type: 'array', items: { type: 'object', properties: { location: artifactLocation }, additionalProperties: false } },
          results: { type: 'array', items: result },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
        },
        required: ['tool'],
        additionalProperties: false,
      },
    },
  },
  required: ['version', 'runs'],
  additionalProperties: false,
} as const
