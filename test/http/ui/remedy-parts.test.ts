import { expect, test } from 'vitest'
import { problemCatalogue } from '../../../src/catalogue.ts'
import { remedyParts } from '../../../src/http/ui/remedy-parts.ts'

const commandsOf = (remedy: string) => remedyParts(remedy).flatMap(({ kind, text }) => (kind === 'command' ? [text] : []))

test('words without a command stay as they are', () => {
  expect(remedyParts('Nothing need be done: the pod is going.')).toEqual([
    { kind: 'words', text: 'Nothing need be done: the pod is going.' },
  ])
})

test('a remedy that is a command is nothing else', () => {
  expect(remedyParts('kubectl annotate pod a -n b --overwrite k=v')).toEqual([
    { kind: 'command', text: 'kubectl annotate pod a -n b --overwrite k=v' },
  ])
})

test('commands end where the sentence goes on', () => {
  expect(
    remedyParts(
      'Only "true" counts, not "yes": kubectl annotate pod a -n b k=true, or all pods of the namespace at once: mesh-telemetry metrics enable --namespace b',
    ),
  ).toEqual([
    { kind: 'words', text: 'Only "true" counts, not "yes":' },
    { kind: 'command', text: 'kubectl annotate pod a -n b k=true' },
    { kind: 'words', text: 'or all pods of the namespace at once:' },
    { kind: 'command', text: 'mesh-telemetry metrics enable --namespace b' },
  ])
})

test('one after the other is two commands', () => {
  expect(commandsOf('Turn them on: kubectl annotate namespace b k=v, then kubectl rollout restart deployment/a -n b')).toEqual([
    'kubectl annotate namespace b k=v',
    'kubectl rollout restart deployment/a -n b',
  ])
})

test('what is quoted ends no command, and begins none', () => {
  const piped = "kubectl get pod a -n b -o yaml | sed '/^  hostNetwork: true$/d; /^ *hostPort: /d' | kubectl replace --force -f -"
  expect(commandsOf(`Take hostNetwork out of the spec: ${piped}`)).toEqual([piped])
  expect(commandsOf("Look: kubectl get pod 'a, kubectl delete ns b' -n c. Then wait.")).toEqual([
    "kubectl get pod 'a, kubectl delete ns b' -n c",
  ])
  expect(commandsOf(String.raw`Look: kubectl get pod 'it'\''s' -n c. Then wait.`)).toEqual([String.raw`kubectl get pod 'it'\''s' -n c`])
})

test('of every remedy in the catalogue the commands can be typed as they stand', () => {
  const commands = problemCatalogue.flatMap(({ remedy }) => commandsOf(remedy))
  expect(commands).toContain('kubectl delete pod <pod> -n <namespace>')
  for (const command of commands) {
    expect(command).not.toMatch(/[.,;:]$/)
    expect(command).not.toMatch(/ (?:lists|says|shows|tells|whether|must|is|are) /)
  }
})
