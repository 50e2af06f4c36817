import { Screen } from '../pieces/screen/screen.tsx'
import { say } from '../words/say.tsx'

export function NotFound() {
  return (
    <Screen title={say('console.notFound')}>
      <p>{say('console.notFoundNext')}</p>
    </Screen>
  )
}
