import { expect, test } from 'vitest'
import { dropReasons } from '../../../../src/discover/reasons.ts'
import { type Dropped, reasonCounts, reasonGroups } from '../../../../src/http/ui/targets/dropped-groups.ts'
import { reasonWords } from '../../../../src/http/ui/targets/reasons.ts'

const pod = (namespace: string, name: string | null, reason = 'not_enabled', remedy = `enable ${namespace}`): Dropped => ({
  namespace,
  pod: name,
  reason,
  remedy,
})
const meaningOf = (reason: string) => (reason === 'not_enabled' ? 'Metrics are not enabled' : '')
const groupsOf = (dropped: readonly Dropped[], filters = {}) => reasonGroups(dropped, filters, meaningOf)

test('the most frequent reason comes first', () => {
  const groups = groupsOf([pod('a', 'x', 'ended'), pod('b', '1'), pod('a', '1')])
  expect(groups.map(({ reason, count }) => [reason, count])).toEqual([
    ['not_enabled', 2],
    ['ended', 1],
  ])
})

test('few pods of a namespace have a row each, many share one', () => {
  const few = ['1', '2', '3'].map((name) => pod('few', name))
  const many = ['4', '3', '2', '1'].map((name) => pod('many', name))
  const [group] = groupsOf([...many, ...few])
  expect(group?.rows.map(({ namespace, dropped }) => [namespace, dropped.map((one) => one.pod)])).toEqual([
    ['few', ['1']],
    ['few', ['2']],
    ['few', ['3']],
    ['many', ['1', '2', '3', '4']],
  ])
  expect(group?.rows.at(-1)?.remedy).toBe('enable many')
})

test('pods that need a remedy each do not share that of the first', () => {
  const [group] = groupsOf(['1', '2', '3', '4'].map((name) => pod('many', name, 'ended', `delete ${name}`)))
  expect(group?.rows.map(({ remedy }) => remedy)).toEqual([null])
})

test('rows of a reason have keys of their own', () => {
  const [group] = groupsOf([pod('a', null), pod('a', '1'), pod('b', null)])
  expect(new Set(group?.rows.map(({ key }) => key)).size).toBe(3)
})

test('filters leave out pods, and reasons of which none is left; what reasons mean is searched', () => {
  const dropped = [pod('a', 'cart'), pod('b', 'pay'), pod('b', null, 'namespace_unknown')]
  expect(groupsOf(dropped, { namespace: 'b' }).flatMap(({ rows }) => rows.map(({ key }) => key))).toEqual(['b/', 'b/pay'])
  expect(groupsOf(dropped, { search: 'cart' }).map(({ count }) => count)).toEqual([1])
  expect(groupsOf(dropped, { search: 'metrics are' }).map(({ count }) => count)).toEqual([2])
  expect(groupsOf(dropped, { search: 'nobody' })).toEqual([])
})

test('counts name each reason once', () => {
  expect(reasonCounts([pod('a', '1', 'ended'), pod('a', '2'), pod('b', '1')])).toEqual([
    ['not_enabled', 2],
    ['ended', 1],
  ])
})

test('every reason that discovery knows has words in each language, and none is left from before', () => {
  const codes = dropReasons.map(({ code }) => code).toSorted()
  for (const reasons of Object.values(reasonWords)) expect(Object.keys(reasons).toSorted()).toEqual(codes)
})
