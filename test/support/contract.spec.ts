import { Contract } from './contract.js';

// Every server that tests start is held against the OpenAPI document (http.ts). Here: that a difference is told.
const saved = { id: 'a', version: 2, ownReference: 'KZ-1', overall: 'draft' };
const told = (status: number, payload: object, contentType = 'application/json; charset=utf-8', url = '/api/v1/requests/:id'): string[] => {
  const contract = new Contract();
  contract.check('PUT', url, status, contentType, JSON.stringify(payload));
  return [...contract.broken];
};

describe('the contract of answers', () => {
  it('has nothing to say of an answer as the document has it, nor of a route of a test', () => {
    expect(told(200, saved)).toEqual([]);
    expect(told(200, { any: 1 }, 'application/json', '/api/v1/of-a-test')).toEqual([]);
    expect(told(409, { type: 'about:blank', title: 'No', status: 409, code: 'version.conflict', detail: 'Read it again' }, 'application/problem+json')).toEqual([]);
  });

  it.each([
    ['a member the document does not name', 200, { ...saved, more: 1 }, 'it must NOT have additional properties'],
    ['a member that is lacking', 200, { ...saved, version: undefined }, "it must have required property 'version'"],
    ['a member of another type', 200, { ...saved, version: '2' }, '/version must be number'],
    ['a status the document does not name', 202, saved, 'a status that the document does not name'],
  ])('tells of %s', (_, status, payload, what) => {
    expect(told(status, payload)).toEqual([expect.stringContaining(`PUT /api/v1/requests/{id} ${status}: ${what}`)]);
  });

  it('tells of a media type the document does not name, and of a problem that is none', () => {
    expect(told(200, saved, 'application/geo+json')).toEqual([expect.stringContaining('application/geo+json, which the document does not name')]);
    expect(told(400, { message: 'No' }, 'application/problem+json')).toEqual(expect.arrayContaining([expect.stringContaining("must have required property 'code'")]));
  });
});
