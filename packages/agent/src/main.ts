/** Where the agent starts: as a script of Node.js, bundled or not, and as a single executable. */
import { main } from './command-line.ts'

// A single executable has its own path twice where a script has Node.js and itself.
process.exitCode = await main(process.argv.slice(2))
// A library's forgotten timer must not keep an ended agent alive.
process.stdout.write('', () => process.exit())
