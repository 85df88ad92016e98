import protobuf from 'protobufjs';

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The ONNX format as far as somebody else's file is looked into and carried on. What is only carried (tensors,
 * attributes, functions) is bytes, and so comes out as it went in, whatever a newer version of the format holds.
 */
const ONNX = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        producerVersion: one('string', 3),
        graph: one('Graph', 7),
        opsetImport: many('Opset', 8),
        functions: many('bytes', 25),
      },
    },
    Opset: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('bytes', 5),
        input: many('ValueInfo', 11),
        output: many('ValueInfo', 12),
        sparseInitializer: many('bytes', 15),
      },
    },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('bytes', 5),
        domain: one('string', 7),
      },
    },
    Function: {
      fields: {
        name: one('string', 1),
        input: many('string', 4),
        output: many('string', 5),
        node: many('Node', 7),
        opsetImport: many('Opset', 9),
        domain: one('string', 10),
      },
    },
    /** Of a tensor: its name, and whether its values are in another file. */
    TensorHead: { fields: { name: one('string', 8), dataLocation: one('int32', 14) } },
    Attribute: {
      fields: {
        name: one('string', 1),
        t: one('bytes', 5),
        ints: { ...many('int64', 8), options: { packed: true } },
        strings: many('bytes', 9),
        type: one('int32', 20),
      },
    },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Shape: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  },
});

export const ModelFile = ONNX.lookupType('Model');
export const TensorHead = ONNX.lookupType('TensorHead');
export const FunctionFile = ONNX.lookupType('Function');
export const AttributeFile = ONNX.lookupType('Attribute');
