/**
 * `npm run accidents`: every accident there is, on a simulated device with the agent's own code on it.
 * Ends with a line of JSON.
 */
import '../support/simulated-disk/redirect.ts'
import '../support/simulated-machine/synchronous-crypto.ts'
import { parseArgs } from 'node:util'

const HELP = `npm run accidents [-- --case ID] [-- --seed N] [-- --kind WORD] [-- --help]

Walks every step of an update and of a reset on a simulated device: the power cut before, after and inside
each write, the process killed, the disk full or failing, the network lost, the clock wrong, files damaged,
and two of them at once. The last line is {"cases":n,"failed":n,"seconds":n}; the exit code is 1 when one failed.

  --case ID     that case alone, with every step it took
  --seed N      of the cases in which two accidents meet (1 by default)
  --kind WORD   only cases whose kind or story has this word in it: "power cut", "twice"
`

const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else if (!/^\d{1,9}$/.test(values.seed)) {
  process.stderr.write(`--seed takes a number, not ${values.seed}.\n`)
  process.exitCode = 2
} else {
  // The agent is loaded only now, onto the simulated disk.
  const { walkAll, walkOne } = await import('./walk/walk.ts')
  const out = (text: string) => void process.stdout.write(text)
  const failed = await (values.case === undefined
    ? walkAll({ seed: Number(values.seed), kind: values.kind, out })
    : walkOne(values.case, out))
  process.exitCode = failed === 0 ? 0 : 1
}
