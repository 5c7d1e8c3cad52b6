import { isRecord, parametersOf, plainName } from '../engine/parameters.ts'
import { toolRule } from '../engine/tool-rule.ts'

const NAMES = new Set(
  (
    'conversation conversation_history conversation_context chat_history chat_log chat_transcript full_conversation message_history full_context system_prompt ' +
    'prompt_history user_history previous_messages llm_context assistant_context model_name model_thoughts chain_of_thought user_intent user_prompt original_prompt ' +
    'original_user_prompt full_prompt user_query_verbatim'
  ).split(' '),
)

export const asksConversation = toolRule({
  id: 'asks-conversation',
  severity: 'warns',
  clause: '2b-minimum',
  title: 'Arguments for the conversation or the prompt',
  remedy: { who: 'developer', what: 'Ask for the facts that the tool needs. What people said to their assistant stays between the two.' },
  source: 'OpenAI app guidelines',
  *each(tool, at) {
    for (const { name, pointer, schema } of parametersOf(tool)) {
      const turns = plainName(name) === 'messages' && isTurns(schema['items'])
      if (turns || NAMES.has(plainName(name)))
        return void (yield {
          pointer: `${at}${pointer}`,
          message: `"${tool.name}" asks for "${name.slice(0, 60)}": what people say to their assistant, beyond what the tool needs.`,
        })
    }
  },
})

/** Messages with roles are a conversation; those with a recipient are mail. */
function isTurns(items: unknown): boolean {
  if (!isRecord(items as never)) return false
  const { properties } = items as { readonly properties?: unknown }
  return isRecord(properties as never) && Object.hasOwn(properties as object, 'role') && Object.hasOwn(properties as object, 'content')
}
