export { tellStory } from './story.ts'
