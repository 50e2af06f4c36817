/** The thread of match-release.ts: what is known stays with it from question to question. It knows no database. */
import { parentPort } from 'node:worker_threads'
import type { MatchMessage, MatchQuestion } from './match-release.ts'
import { RememberedMatches } from './remembered-matches.ts'

let remembered: { readonly revision: number; readonly matches: RememberedMatches } | undefined
let asked: Extract<MatchQuestion, { is: 'components' }> | undefined

parentPort?.on('message', (question: MatchQuestion) => {
  parentPort?.postMessage(answerTo(question))
})

function answerTo(question: MatchQuestion): MatchMessage {
  if (question.is === 'components') {
    asked = question
    const { revision, covers, components } = question
    if (remembered?.revision !== revision) {
      remembered = { revision, matches: new RememberedMatches(covers) }
    }
    return { is: 'wanted', keys: remembered.matches.wanted(components) }
  }
  if (asked === undefined || remembered === undefined) throw new Error('records before components')
  remembered.matches.learn(question.keys, question.records)
  return { is: 'matched', answer: remembered.matches.match(asked.components, asked.isFirst) }
}
