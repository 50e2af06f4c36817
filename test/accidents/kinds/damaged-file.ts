/**
 * One file of the agent's holds something else after a power cut, or cannot be read: in each state, each
 * file that is not part of the firmware itself. (What becomes of a damaged slot is integrity's business.)
 */
import { DAMAGES } from '../../support/simulated-machine/faults.ts'
import { FOLDERS } from '../../support/simulated-machine/simulated-machine.ts'
import { type Accidents, stepsOfStates } from '../walk/course.ts'

const FILES = [
  '/data/record.a',
  '/data/record.b',
  '/data/record.*',
  ...['a', 'b', '*'].map((copy) => `${FOLDERS.slots}/boot.${copy}`),
  ...['root', 'timestamp', 'snapshot', 'targets'].map((role) => `${FOLDERS.tuf}/${role}.json`),
  `${FOLDERS.trust}/director.jwks`,
  `${FOLDERS.download}/*`,
]

export const damagedFile: Accidents = (course) =>
  stepsOfStates(course).flatMap((at) =>
    FILES.flatMap((file) => DAMAGES.map((how) => [{ what: 'damage' as const, at, file, how }])),
  )
