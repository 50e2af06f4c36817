import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function AdvisoryScreen() {
  return <Screen title={say('screens.advisory')} />
}
