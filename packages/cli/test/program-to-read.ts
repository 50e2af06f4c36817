/** The program with all its commands, for tests that look at them and run none. */
import { buildProgram } from '../src/program.ts'

const nobody = () => Promise.reject(new Error('a command was run that was to be looked at'))

export const programToRead = () =>
  buildProgram({
    ...{ now: () => new Date(0), print: () => {}, finish: () => {} },
    terminal: { note: () => {}, progress: () => {}, askSecret: nobody, confirm: nobody },
  })
