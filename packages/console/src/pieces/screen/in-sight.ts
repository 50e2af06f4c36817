/** On a telephone a way around is one line that is pushed: where one is stays in sight. */
import { useLayoutEffect, useRef } from 'preact/hooks'

/** For what is around the lines. `at`: where one is; another one is brought into sight. */
export function useHereInSight(at: string) {
  const around = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    for (const here of around.current?.querySelectorAll('[aria-current]') ?? []) {
      const line = here.closest('ul, nav')
      if (line === null) continue
      const [mine, its] = [here.getBoundingClientRect(), line.getBoundingClientRect()]
      line.scrollLeft += mine.left - its.left - (its.width - mine.width) / 2
    }
  }, [at])
  return around
}
