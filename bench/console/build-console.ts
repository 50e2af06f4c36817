/** The console as it is now, and not as somebody built it some time ago: the server hands out what the build left. */
import { execFileSync } from 'node:child_process'

export function buildConsole(): void {
  execFileSync('npm', ['run', '--silent', 'console:build'], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
