/** The thread of validate-csaf.ts. */
import { parentPort } from 'node:worker_threads'
import { type CsafJudgement, judgeCsaf } from '@fleetward/vulnerability'
import type { CsafQuestion } from './validate-csaf.ts'

parentPort?.on('message', ({ text, depth }: CsafQuestion) => {
  void judgeCsaf(JSON.parse(text), depth).then((judgement: CsafJudgement) =>
    parentPort?.postMessage(judgement),
  )
})
